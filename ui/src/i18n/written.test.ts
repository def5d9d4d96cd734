// SPDX-License-Identifier: Apache-2.0
import ts from 'typescript';
import { expect, test } from 'vitest';

const sources = import.meta.glob<string>(['../**/*.tsx', '!../**/*.test.*'], { query: '?raw', import: 'default', eager: true });
/** Attributes that are shown or read aloud. */
const SHOWN = new Set(['label', 'title', 'placeholder', 'description', 'alt', 'aria-label', 'legend', 'text', 'error', 'hint', 'sub', 'submit', 'confirm', 'nothingFound']);
/** Names, formats and examples, which are the same in every language. */
const SAME_EVERYWHERE = new Set(['Millrace', 'Ctrl K', 'ms', 'PT5M', 'PT30S', 'P7D', 'P90D', 'YAML', 'scripts/report.py', 'company.team', 'SEQ', 'r']);

/** What a component shows that isn't asked from the texts, each with its line. */
function written(file: string, source: string): string[] {
  const found: string[] = [];
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const add = (node: ts.Node, text: string) => {
    const said = text.replace(/{{.*?}}/g, '').trim();
    if (/\p{L}{2}/u.test(said) && !SAME_EVERYWHERE.has(said)) found.push(`${file}:${tree.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${said}`);
  };
  /** Texts that an expression may give; what is asked by a call, and what is compared with, isn't shown. */
  const texts = (node: ts.Node) => {
    if (ts.isStringLiteralLike(node)) add(node, node.text);
    else if (ts.isTemplateExpression(node)) [node.head, ...node.templateSpans.map((span) => span.literal)].forEach((part) => add(node, part.text));
    else if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(texts);
    else if (ts.isBinaryExpression(node) && [ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken, ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.PlusToken].includes(node.operatorToken.kind)) [node.left, node.right].forEach(texts);
    else if (ts.isParenthesizedExpression(node)) texts(node.expression);
  };
  const visit = (node: ts.Node) => {
    if (ts.isJsxText(node)) add(node, node.text);
    else if (ts.isJsxAttribute(node) && SHOWN.has(node.name.getText()) && node.initializer) {
      if (ts.isStringLiteral(node.initializer)) add(node, node.initializer.text);
      else if (ts.isJsxExpression(node.initializer) && node.initializer.expression) texts(node.initializer.expression);
    } else if (ts.isPropertyAssignment(node) && SHOWN.has(node.name.getText())) texts(node.initializer);
    else if (ts.isJsxExpression(node) && node.expression && !ts.isJsxAttribute(node.parent)) texts(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

test('a text in a component is found wherever it can be', () => {
  const source = 'const A = () => <p title="One two" className="abc">Three {ok ? "Four" : t("five.six")} {`Seven ${n}`} <B label={x ?? "Eight"} data-x="nine" data={[{ value: "ten", label: "Eleven" }]} /></p>;';

  expect(written('a.tsx', source).map((line) => line.slice(line.indexOf(' ') + 1)).sort()).toEqual(['Eight', 'Eleven', 'Four', 'One two', 'Seven', 'Three']);
});

test('components write nothing of their own: all they say is in both languages', () => {
  const found = Object.entries(sources).flatMap(([file, source]) => written(file, source));

  expect(Object.keys(sources).length).toBeGreaterThan(50);
  expect(found).toEqual([]);
});
