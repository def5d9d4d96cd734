// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import io.pebbletemplates.pebble.error.PebbleException;
import io.pebbletemplates.pebble.lexer.LexerImpl;
import io.pebbletemplates.pebble.lexer.Token;
import io.pebbletemplates.pebble.lexer.TokenStream;
import io.pebbletemplates.pebble.node.RootNode;
import io.pebbletemplates.pebble.node.expression.BinaryExpression;
import io.pebbletemplates.pebble.node.expression.FilterExpression;
import io.pebbletemplates.pebble.node.expression.NegativeTestExpression;
import io.pebbletemplates.pebble.node.expression.PositiveTestExpression;
import io.pebbletemplates.pebble.node.expression.UnaryMinusExpression;
import io.pebbletemplates.pebble.node.expression.UnaryNotExpression;
import io.pebbletemplates.pebble.node.expression.UnaryPlusExpression;
import io.pebbletemplates.pebble.operator.Associativity;
import io.pebbletemplates.pebble.operator.BinaryOperator;
import io.pebbletemplates.pebble.operator.BinaryOperatorImpl;
import io.pebbletemplates.pebble.operator.BinaryOperatorType;
import io.pebbletemplates.pebble.operator.UnaryOperator;
import io.pebbletemplates.pebble.operator.UnaryOperatorImpl;
import io.pebbletemplates.pebble.parser.ParserImpl;
import io.pebbletemplates.pebble.parser.ParserOptions;
import io.pebbletemplates.pebble.template.EvaluationContextImpl;
import io.pebbletemplates.pebble.template.PebbleTemplateImpl;
import io.pebbletemplates.pebble.tokenParser.BlockTokenParser;
import io.pebbletemplates.pebble.tokenParser.FilterTokenParser;
import io.pebbletemplates.pebble.tokenParser.ForTokenParser;
import io.pebbletemplates.pebble.tokenParser.IfTokenParser;
import io.pebbletemplates.pebble.tokenParser.MacroTokenParser;
import io.pebbletemplates.pebble.tokenParser.SetTokenParser;
import io.pebbletemplates.pebble.tokenParser.TokenParser;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The grammar: Pebble's lexer and parser, with the tags and operators that flows may use. Pebble
/// is asked for the syntax tree alone; it never evaluates anything.
final class Syntax {

    /// A binary operator in the tree.
    static final class Operation extends BinaryExpression<Object> {

        private final String symbol;

        Operation(String symbol) {
            this.symbol = symbol;
        }

        String symbol() {
            return symbol;
        }

        @Override
        public Object evaluate(PebbleTemplateImpl self, EvaluationContextImpl context) {
            throw new UnsupportedOperationException(symbol);
        }
    }

    private static final int MAX_CHARS = 4 << 20;

    /// Parsing takes some microseconds for each token.
    private static final int MAX_EXPRESSION_CHARS = 64 << 10;

    private static final Map<String, UnaryOperator> UNARY_OPERATORS =
            named(
                    UnaryOperator::getSymbol,
                    List.of(
                            new UnaryOperatorImpl("not", 500, UnaryNotExpression.class),
                            new UnaryOperatorImpl("+", 500, UnaryPlusExpression.class),
                            new UnaryOperatorImpl("-", 500, UnaryMinusExpression.class)));

    private static final Map<String, BinaryOperator> BINARY_OPERATORS =
            named(
                    BinaryOperator::getSymbol,
                    List.of(
                            operator("or", 10),
                            operator("and", 15),
                            operator(
                                    "is", 20, PositiveTestExpression::new, BinaryOperatorType.TEST),
                            operator(
                                    "is not",
                                    20,
                                    NegativeTestExpression::new,
                                    BinaryOperatorType.TEST),
                            operator("contains", 20),
                            operator("isIn", 20),
                            operator("isNotIn", 20),
                            operator("==", 30),
                            operator("equals", 30),
                            operator("!=", 30),
                            operator(">", 30),
                            operator("<", 30),
                            operator(">=", 30),
                            operator("<=", 30),
                            operator("+", 40),
                            operator("-", 40),
                            operator("*", 60),
                            operator("/", 60),
                            operator("%", 60),
                            operator("|", 100, FilterExpression::new, BinaryOperatorType.FILTER),
                            operator("~", 110),
                            operator("..", 120),
                            operator("??", 120),
                            operator("???", 120)));

    /// Those of the parser: the lexer takes `in` for a name, as it needs it in `for`.
    private static final Map<String, BinaryOperator> PARSED_OPERATORS = parsedOperators();

    private static Map<String, BinaryOperator> parsedOperators() {
        var all = new HashMap<>(BINARY_OPERATORS);
        all.put("in", operator("in", 20));
        all.put("not in", operator("not in", 20));
        return Map.copyOf(all);
    }

    private static final Map<String, TokenParser> TAGS =
            named(
                    TokenParser::getTag,
                    List.of(
                            new BlockTokenParser(),
                            new FilterTokenParser(),
                            new ForTokenParser(),
                            new IfTokenParser(),
                            new MacroTokenParser(),
                            new SetTokenParser()));

    private static final io.pebbletemplates.pebble.lexer.Syntax DELIMITERS =
            new io.pebbletemplates.pebble.lexer.Syntax.Builder()
                    .setEnableNewLineTrimming(false)
                    .build();

    private Syntax() {}

    /// @param name of the source in error messages
    /// @throws PebbleException if the source isn't a template
    static RootNode parse(String name, String source) {
        if (source.length() > MAX_CHARS || expressionChars(source) > MAX_EXPRESSION_CHARS) {
            throw new ExpressionException(
                    "it has more than %d characters, or more than %d of expressions"
                            .formatted(MAX_CHARS, MAX_EXPRESSION_CHARS));
        }
        var lexer = new LexerImpl(DELIMITERS, UNARY_OPERATORS.values(), BINARY_OPERATORS.values());
        var tokens = lexer.tokenize(new StringReader(source), name);
        return new ParserImpl(UNARY_OPERATORS, PARSED_OPERATORS, TAGS, new ParserOptions())
                .parse(withMembership(tokens, name));
    }

    /// `in` and `not in`, which the lexer takes for names as it needs them in `for`: where an
    /// operand has ended, they are operators.
    private static TokenStream withMembership(TokenStream tokens, String name) {
        var all = tokens.getTokens();
        if (all.stream().noneMatch(token -> token.test(Token.Type.NAME, "in"))) {
            return tokens;
        }
        var result = new ArrayList<Token>(all.size());
        int delimiter = -1; // of the loop that begins: {% for x in
        for (int i = 0; i < all.size(); i++) {
            var token = all.get(i);
            var next = i + 1 < all.size() ? all.get(i + 1) : token;
            if (token.test(Token.Type.EXECUTE_START) && next.test(Token.Type.NAME, "for")) {
                delimiter = i + 3;
            }
            boolean in = token.test(Token.Type.NAME, "in");
            boolean notIn =
                    token.test(Token.Type.OPERATOR, "not") && next.test(Token.Type.NAME, "in");
            boolean ofLoop = i == delimiter || i == delimiter - 1;
            if (!ofLoop && (in || notIn) && !result.isEmpty() && endsOperand(result)) {
                result.add(
                        new Token(
                                Token.Type.OPERATOR, in ? "in" : "not in", token.getLineNumber()));
                i += in ? 0 : 1;
            } else {
                result.add(token);
            }
        }
        return new TokenStream(result, name);
    }

    private static boolean endsOperand(List<Token> before) {
        var last = before.getLast();
        return switch (last.getType()) {
            case NAME ->
                    !TAGS.containsKey(String.valueOf(last.getValue()))
                            && !List.of("elseif").contains(String.valueOf(last.getValue()));
            case NUMBER, LONG, STRING, STRING_INTERPOLATION_END -> true;
            case PUNCTUATION -> List.of(")", "]", "}").contains(last.getValue());
            default -> false;
        };
    }

    /// How much of a source lies between delimiters, these included.
    static int expressionChars(String source) {
        int count = 0;
        int at = source.indexOf('{');
        while (at >= 0 && at + 1 < source.length()) {
            char kind = source.charAt(at + 1);
            if (kind != '{' && kind != '%') {
                at = source.indexOf('{', at + 1);
                continue;
            }
            int end = source.indexOf(kind == '{' ? "}}" : "%}", at + 2);
            if (end < 0) {
                return count + source.length() - at;
            }
            count += end + 2 - at;
            at = source.indexOf('{', end + 2);
        }
        return count;
    }

    private static BinaryOperator operator(String symbol, int precedence) {
        return operator(symbol, precedence, () -> new Operation(symbol), BinaryOperatorType.NORMAL);
    }

    private static BinaryOperator operator(
            String symbol,
            int precedence,
            Supplier<BinaryExpression<?>> node,
            BinaryOperatorType type) {
        return new BinaryOperatorImpl(symbol, precedence, node, type, Associativity.LEFT);
    }

    private static <T> Map<String, T> named(Function<T, String> name, List<T> all) {
        return all.stream().collect(Collectors.toUnmodifiableMap(name, Function.identity()));
    }

    /// The tags, for error messages.
    static List<String> tags() {
        return TAGS.keySet().stream().sorted().toList();
    }
}
