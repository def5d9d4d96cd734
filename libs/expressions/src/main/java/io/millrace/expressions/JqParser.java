// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Parses programs of the jq language.
final class JqParser {

    private static final String[] OPERATORS = {
        "?//=", "?//", "//=", "|=", "+=", "-=", "*=", "/=", "%=", "==", "!=", "<=", ">=", "//",
        "..", "and", "or", "|", ",", "=", "<", ">", "+", "-", "*", "/", "%"
    };

    /// How tightly the operators bind; the assignments don't associate.
    private static final Map<String, Integer> PRECEDENCE =
            Map.ofEntries(
                    Map.entry("|", 1),
                    Map.entry(",", 2),
                    Map.entry("//", 3),
                    Map.entry("=", 4),
                    Map.entry("|=", 4),
                    Map.entry("+=", 4),
                    Map.entry("-=", 4),
                    Map.entry("*=", 4),
                    Map.entry("/=", 4),
                    Map.entry("%=", 4),
                    Map.entry("//=", 4),
                    Map.entry("or", 5),
                    Map.entry("and", 6),
                    Map.entry("==", 7),
                    Map.entry("!=", 7),
                    Map.entry("<", 7),
                    Map.entry("<=", 7),
                    Map.entry(">", 7),
                    Map.entry(">=", 7),
                    Map.entry("+", 8),
                    Map.entry("-", 8),
                    Map.entry("*", 9),
                    Map.entry("/", 9),
                    Map.entry("%", 9));

    private static final int NO_COMMA = 3;

    private final String text;
    private int at;

    JqParser(String text) {
        this.text = text;
    }

    /// @throws ExpressionException if it isn't a program
    JqTerm parse() {
        var term = pipe();
        space();
        if (at < text.length()) {
            throw error("unexpected '" + text.charAt(at) + "'");
        }
        return term;
    }

    private JqTerm pipe() {
        if (keyword("def")) {
            var function = definition();
            return new JqTerm.Define(function, pipe());
        }
        return binary(1);
    }

    private JqTerm.Function definition() {
        var name = name();
        var parameters = new ArrayList<String>();
        if (symbol("(")) {
            do {
                parameters.add(symbol("$") ? "$" + name() : name());
            } while (symbol(";"));
            expect(")");
        }
        expect(":");
        var body = pipe();
        expect(";");
        return new JqTerm.Function(name, parameters, body);
    }

    private JqTerm binary(int minimum) {
        var left = unary();
        while (true) {
            if (keyword("as")) {
                expect("$");
                var variable = name();
                expect("|");
                return new JqTerm.As(left, variable, pipe());
            }
            var operator = operator();
            var precedence = operator == null ? null : PRECEDENCE.get(operator);
            if (operator == null || precedence == null || precedence < minimum) {
                return left;
            }
            at += operator.length();
            left =
                    switch (operator) {
                        case "|" -> new JqTerm.Pipe(left, pipe());
                        case "," -> new JqTerm.Comma(left, binary(precedence + 1));
                        // To the right, so that the last alternative is the last resort.
                        case "//" -> new JqTerm.Binary(operator, left, binary(precedence));
                        default -> new JqTerm.Binary(operator, left, binary(precedence + 1));
                    };
        }
    }

    /// The operator that comes next; nothing is consumed.
    private @Nullable String operator() {
        space();
        for (var operator : OPERATORS) {
            if (text.startsWith(operator, at)) {
                boolean word = Character.isLetter(operator.charAt(0));
                int end = at + operator.length();
                if (word && end < text.length() && isName(text.charAt(end))) {
                    continue;
                }
                return operator;
            }
        }
        return null;
    }

    private JqTerm unary() {
        if (symbol("-")) {
            return new JqTerm.Negation(postfix());
        }
        return postfix();
    }

    private JqTerm postfix() {
        var term = primary();
        while (true) {
            space();
            if (symbol("?")) {
                term = new JqTerm.Attempt(term, null);
            } else if (peek() == '[') {
                term = brackets(term);
            } else if (peek() == '.' && !text.startsWith("..", at)) {
                at++;
                space();
                if (peek() == '[') {
                    term = brackets(term);
                } else if (peek() == '"') {
                    term = new JqTerm.Index(term, string(null));
                } else {
                    term = new JqTerm.Index(term, new JqTerm.Literal(name()));
                }
            } else {
                return term;
            }
        }
    }

    private JqTerm brackets(JqTerm of) {
        expect("[");
        if (symbol("]")) {
            return new JqTerm.Each(of);
        }
        if (symbol(":")) {
            var to = pipe();
            expect("]");
            return new JqTerm.Slice(of, null, to);
        }
        var key = pipe();
        if (symbol(":")) {
            if (symbol("]")) {
                return new JqTerm.Slice(of, key, null);
            }
            var to = pipe();
            expect("]");
            return new JqTerm.Slice(of, key, to);
        }
        expect("]");
        return new JqTerm.Index(of, key);
    }

    private JqTerm primary() {
        space();
        char c = peek();
        if (c == '.') {
            at++;
            if (peek() == '.') {
                at++;
                return new JqTerm.RecurseAll();
            }
            if (peek() == '"') {
                return new JqTerm.Index(new JqTerm.Identity(), string(null));
            }
            if (isNameStart(peek())) {
                return new JqTerm.Index(new JqTerm.Identity(), new JqTerm.Literal(name()));
            }
            return new JqTerm.Identity();
        }
        if (c == '"') {
            return string(null);
        }
        if (c == '@') {
            at++;
            var format = "@" + name();
            space();
            return peek() == '"' ? string(format) : new JqTerm.Call(format, List.of());
        }
        if (Character.isDigit(c)) {
            return number();
        }
        if (symbol("(")) {
            var inner = pipe();
            expect(")");
            return inner;
        }
        if (symbol("[")) {
            if (symbol("]")) {
                return new JqTerm.ListOf(null);
            }
            var elements = pipe();
            expect("]");
            return new JqTerm.ListOf(elements);
        }
        if (symbol("{")) {
            return object();
        }
        if (symbol("$")) {
            return new JqTerm.Variable(name());
        }
        return named();
    }

    private JqTerm named() {
        var name = name();
        return switch (name) {
            case "if" -> choice();
            case "try" -> {
                var body = postfix();
                yield new JqTerm.Attempt(body, keyword("catch") ? postfix() : null);
            }
            case "reduce" -> {
                var source = postfix();
                var variable = as();
                expect("(");
                var start = pipe();
                expect(";");
                var update = pipe();
                expect(")");
                yield new JqTerm.Reduce(source, variable, start, update);
            }
            case "foreach" -> {
                var source = postfix();
                var variable = as();
                expect("(");
                var start = pipe();
                expect(";");
                var update = pipe();
                var extract = symbol(";") ? pipe() : null;
                expect(")");
                yield new JqTerm.Foreach(source, variable, start, update, extract);
            }
            case "def" -> {
                var function = definition();
                yield new JqTerm.Define(function, pipe());
            }
            case "null" -> new JqTerm.Literal(null);
            case "true" -> new JqTerm.Literal(true);
            case "false" -> new JqTerm.Literal(false);
            default -> {
                var arguments = new ArrayList<JqTerm>();
                if (symbol("(")) {
                    do {
                        arguments.add(pipe());
                    } while (symbol(";"));
                    expect(")");
                }
                yield new JqTerm.Call(name, arguments);
            }
        };
    }

    private String as() {
        if (!keyword("as")) {
            throw error("expected 'as'");
        }
        expect("$");
        return name();
    }

    private JqTerm choice() {
        var condition = pipe();
        if (!keyword("then")) {
            throw error("expected 'then'");
        }
        var then = pipe();
        if (keyword("elif")) {
            return new JqTerm.If(condition, then, choice());
        }
        var otherwise = keyword("else") ? pipe() : null;
        if (!keyword("end")) {
            throw error("expected 'end'");
        }
        return new JqTerm.If(condition, then, otherwise);
    }

    private JqTerm object() {
        var members = new ArrayList<JqTerm.Member>();
        while (!symbol("}")) {
            if (!members.isEmpty()) {
                expect(",");
            }
            members.add(member());
        }
        return new JqTerm.ObjectOf(members);
    }

    private JqTerm.Member member() {
        space();
        if (symbol("$")) {
            var name = name();
            return new JqTerm.Member(new JqTerm.Literal(name), new JqTerm.Variable(name));
        }
        JqTerm key;
        JqTerm shorthand;
        if (symbol("(")) {
            key = pipe();
            expect(")");
            shorthand = new JqTerm.Index(new JqTerm.Identity(), key);
        } else if (peek() == '"') {
            key = string(null);
            shorthand = new JqTerm.Index(new JqTerm.Identity(), key);
        } else if (peek() == '@') {
            key = primary();
            shorthand = key;
        } else {
            key = new JqTerm.Literal(name());
            shorthand = new JqTerm.Index(new JqTerm.Identity(), key);
        }
        return new JqTerm.Member(key, symbol(":") ? binary(NO_COMMA) : shorthand);
    }

    private JqTerm number() {
        int start = at;
        while (at < text.length()
                && (Character.isDigit(text.charAt(at))
                        || text.charAt(at) == '.'
                        || text.charAt(at) == 'e'
                        || text.charAt(at) == 'E'
                        || ((text.charAt(at) == '-' || text.charAt(at) == '+')
                                && (text.charAt(at - 1) == 'e' || text.charAt(at - 1) == 'E')))) {
            at++;
        }
        try {
            return new JqTerm.Literal(
                    JqFunctions.number(Double.parseDouble(text.substring(start, at))));
        } catch (NumberFormatException _) {
            throw error("'" + text.substring(start, at) + "' is no number");
        }
    }

    private JqTerm string(@Nullable String format) {
        expect("\"");
        var parts = new ArrayList<JqTerm>();
        var literal = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(at++);
            if (c != '\\') {
                literal.append(c);
                continue;
            }
            char escaped = peek();
            at++;
            switch (escaped) {
                case 'n' -> literal.append('\n');
                case 't' -> literal.append('\t');
                case 'r' -> literal.append('\r');
                case 'b' -> literal.append('\b');
                case 'f' -> literal.append('\f');
                case 'u' -> {
                    if (at + 4 > text.length()) {
                        throw error("a text has no end");
                    }
                    literal.append((char) Integer.parseInt(text, at, at + 4, 16));
                    at += 4;
                }
                case '(' -> {
                    parts.add(new JqTerm.Literal(literal.toString()));
                    literal.setLength(0);
                    parts.add(pipe());
                    expect(")");
                }
                default -> literal.append(escaped);
            }
        }
        at++;
        if (parts.isEmpty()) {
            return new JqTerm.Literal(literal.toString());
        }
        parts.add(new JqTerm.Literal(literal.toString()));
        return new JqTerm.Interpolation(parts, format);
    }

    // --- characters -----------------------------------------------------------------------------

    private void space() {
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else if (text.charAt(at) == '#') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else {
                return;
            }
        }
    }

    /// `\0` at the end.
    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private boolean symbol(String symbol) {
        space();
        if (!text.startsWith(symbol, at)) {
            return false;
        }
        if (symbol.equals("?") && text.startsWith("?//", at)) {
            return false;
        }
        at += symbol.length();
        return true;
    }

    private void expect(String symbol) {
        if (!symbol(symbol)) {
            throw error("expected '" + symbol + "'");
        }
    }

    private boolean keyword(String word) {
        space();
        int end = at + word.length();
        if (!text.startsWith(word, at) || (end < text.length() && isName(text.charAt(end)))) {
            return false;
        }
        at = end;
        return true;
    }

    private String name() {
        space();
        if (!isNameStart(peek())) {
            throw error(at < text.length() ? "unexpected '" + peek() + "'" : "unexpected end");
        }
        int start = at;
        while (at < text.length() && isName(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean isNameStart(char c) {
        return c == '_' || (c < 128 && Character.isLetter(c));
    }

    private static boolean isName(char c) {
        return isNameStart(c) || Character.isDigit(c);
    }

    private ExpressionException error(String why) {
        return new ExpressionException(
                "Not a jq program, at character %d of '%s': %s".formatted(at + 1, text, why));
    }
}
