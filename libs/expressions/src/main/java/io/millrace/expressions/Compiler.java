// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import io.pebbletemplates.pebble.error.PebbleException;
import io.pebbletemplates.pebble.node.ArgumentsNode;
import io.pebbletemplates.pebble.node.BlockNode;
import io.pebbletemplates.pebble.node.BodyNode;
import io.pebbletemplates.pebble.node.ForNode;
import io.pebbletemplates.pebble.node.IfNode;
import io.pebbletemplates.pebble.node.MacroNode;
import io.pebbletemplates.pebble.node.PrintNode;
import io.pebbletemplates.pebble.node.RenderableNode;
import io.pebbletemplates.pebble.node.SetNode;
import io.pebbletemplates.pebble.node.TestInvocationExpression;
import io.pebbletemplates.pebble.node.TextNode;
import io.pebbletemplates.pebble.node.expression.ArrayExpression;
import io.pebbletemplates.pebble.node.expression.BinaryExpression;
import io.pebbletemplates.pebble.node.expression.BlockFunctionExpression;
import io.pebbletemplates.pebble.node.expression.ConcatenateExpression;
import io.pebbletemplates.pebble.node.expression.ContextVariableExpression;
import io.pebbletemplates.pebble.node.expression.Expression;
import io.pebbletemplates.pebble.node.expression.FilterExpression;
import io.pebbletemplates.pebble.node.expression.FilterInvocationExpression;
import io.pebbletemplates.pebble.node.expression.FunctionOrMacroInvocationExpression;
import io.pebbletemplates.pebble.node.expression.GetAttributeExpression;
import io.pebbletemplates.pebble.node.expression.LiteralBooleanExpression;
import io.pebbletemplates.pebble.node.expression.LiteralDoubleExpression;
import io.pebbletemplates.pebble.node.expression.LiteralIntegerExpression;
import io.pebbletemplates.pebble.node.expression.LiteralLongExpression;
import io.pebbletemplates.pebble.node.expression.LiteralNullExpression;
import io.pebbletemplates.pebble.node.expression.LiteralStringExpression;
import io.pebbletemplates.pebble.node.expression.MapExpression;
import io.pebbletemplates.pebble.node.expression.NegativeTestExpression;
import io.pebbletemplates.pebble.node.expression.PositiveTestExpression;
import io.pebbletemplates.pebble.node.expression.RenderableNodeExpression;
import io.pebbletemplates.pebble.node.expression.TernaryExpression;
import io.pebbletemplates.pebble.node.expression.UnaryMinusExpression;
import io.pebbletemplates.pebble.node.expression.UnaryNotExpression;
import io.pebbletemplates.pebble.node.expression.UnaryPlusExpression;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns the syntax tree into nodes that evaluate within a budget, and notes on the way what they
/// read. Only what has a case here exists in the language: nothing reaches Java's reflection.
final class Compiler {

    private record Macro(List<String> parameters, List<Node> defaults, Statement body) {}

    private static final Node NULL = _ -> null;

    private final String source;
    private final Raw raw = new Raw();
    private final Set<Reads.Path> paths = new LinkedHashSet<>();
    private final Set<String> functions = new LinkedHashSet<>();
    private final Map<String, Macro> macros = new HashMap<>();
    private final Map<String, Statement> blocks = new HashMap<>();

    /// Names that surely mean a variable of the template itself, by enclosing loop or macro.
    private final Deque<Set<String>> locals = new ArrayDeque<>();

    /// Names that the template gives a value with `set`, wherever it does.
    private final Set<String> assigned = new HashSet<>();

    private final Map<Reads.Path, Integer> needed = new LinkedHashMap<>();

    /// How many operators around the node that is compiled make do without its value.
    private int optional;

    private boolean everything;
    private boolean laneSafe = true;

    private Compiler(String source) {
        this.source = source;
    }

    static CompiledTemplate compile(Expressions expressions, String source) {
        try {
            return new Compiler(source).compile(expressions);
        } catch (PebbleException e) {
            return broken(
                    expressions,
                    source,
                    "%s (line %d)".formatted(e.getPebbleMessage(), e.getLineNumber()),
                    e);
        } catch (StackOverflowError e) {
            return broken(expressions, source, "it is nested too deeply", e);
        } catch (RuntimeException e) {
            return broken(expressions, source, String.valueOf(e.getMessage()), e);
        }
    }

    private static CompiledTemplate broken(
            Expressions expressions, String source, String why, Throwable cause) {
        var quoted = source.length() <= 2_000 ? source : source.substring(0, 2_000) + "…";
        var problem =
                new ExpressionException(
                        "Unable to parse the expression `%s`: %s".formatted(quoted, why), cause);
        Statement fail =
                (_, _) -> {
                    throw problem;
                };
        return new CompiledTemplate(
                expressions, source, fail, null, Reads.NOTHING, Map.of(), true, problem);
    }

    private CompiledTemplate compile(Expressions expressions) {
        var root = Syntax.parse(source, raw.takeOut(source)).getBody();
        var children = root.getChildren();
        Node value = null;
        Statement body;
        if (children.size() == 1 && children.getFirst() instanceof PrintNode print) {
            var expression = expression(print.getExpression());
            value = expression;
            body = print(expression);
        } else {
            body = body(root);
        }
        var reads = new Reads(everything, paths, functions);
        var needs = new LinkedHashMap<>(needed);
        needs.keySet().removeIf(path -> assigned.contains(path.segments().getFirst()));
        return new CompiledTemplate(
                expressions,
                source,
                body,
                value,
                reads,
                Collections.unmodifiableMap(needs),
                laneSafe,
                null);
    }

    // --- tags -----------------------------------------------------------------------------------

    private Statement body(BodyNode body) {
        var statements = new ArrayList<Statement>();
        for (var child : body.getChildren()) {
            statements.add(statement(child));
        }
        return switch (statements.size()) {
            case 0 -> (_, _) -> {};
            case 1 -> statements.getFirst();
            default -> {
                var all = statements.toArray(Statement[]::new);
                yield (evaluation, output) -> {
                    for (var statement : all) {
                        statement.run(evaluation, output);
                    }
                };
            }
        };
    }

    private Statement statement(RenderableNode node) {
        return switch (node) {
            case TextNode text -> {
                var data = raw.putBack(new String(text.getData()));
                yield (_, output) -> output.append(data);
            }
            case PrintNode print -> print(expression(print.getExpression()));
            case IfNode choice -> choice(choice);
            case ForNode loop -> loop(loop);
            case SetNode set -> {
                var value = expression(set.getValue());
                var name = set.getName();
                assigned.add(name);
                yield (evaluation, _) -> {
                    evaluation.meter().step();
                    evaluation.scope().set(name, value.eval(evaluation));
                };
            }
            case BlockNode block -> {
                laneSafe = false;
                blocks.put(block.getName(), body(block.getBody()));
                yield (evaluation, output) -> block(block.getName(), evaluation, output);
            }
            case MacroNode macro -> {
                macro(macro);
                yield (_, _) -> {};
            }
            case BodyNode body -> body(body);
            default ->
                    throw new ExpressionException("the tags of an expression are " + Syntax.tags());
        };
    }

    private static Statement print(Node expression) {
        return (evaluation, output) -> Values.print(expression.eval(evaluation), output);
    }

    private Statement choice(IfNode choice) {
        record Branch(Node condition, Statement body) {}
        var branches = new ArrayList<Branch>();
        for (var pair : choice.getConditionsWithBodies()) {
            branches.add(new Branch(expression(pair.getLeft()), body(pair.getRight())));
        }
        var otherwise = choice.getElseBody() == null ? null : body(choice.getElseBody());
        return (evaluation, output) -> {
            for (var branch : branches) {
                var condition = branch.condition().eval(evaluation);
                evaluation.at(choice.getLineNumber());
                if (condition == null) {
                    throw new ExpressionException(
                            "null value given to if statement at line " + choice.getLineNumber());
                }
                if (Values.truth(condition)) {
                    branch.body().run(evaluation, output);
                    return;
                }
            }
            if (otherwise != null) {
                otherwise.run(evaluation, output);
            }
        };
    }

    private Statement loop(ForNode loop) {
        laneSafe = false;
        var iterable = expression(loop.getIterable());
        var name = loop.getIterationVariable();
        locals.push(Set.of(name, "loop"));
        var body = body(loop.getBody());
        locals.pop();
        var otherwise = loop.getElseBody() == null ? null : body(loop.getElseBody());
        return (evaluation, output) -> {
            var value = iterable.eval(evaluation);
            if (value == null) {
                return;
            }
            evaluation.at(loop.getLineNumber());
            var all = Values.iterable(value);
            int size = Values.size(value);
            if (size == 0) {
                if (otherwise != null) {
                    otherwise.run(evaluation, output);
                }
                return;
            }
            var outer = evaluation.scope();
            var scope = outer.inner();
            evaluation.enter(scope);
            int index = 0;
            try {
                for (var element : all) {
                    evaluation.meter().step();
                    scope.put("loop", loopVariables(index, size));
                    scope.put(name, element);
                    body.run(evaluation, output);
                    index++;
                }
            } finally {
                evaluation.enter(outer);
            }
        };
    }

    private static Map<String, Object> loopVariables(int index, int size) {
        var loop = new LinkedHashMap<String, Object>();
        loop.put("index", index);
        loop.put("length", size);
        loop.put("first", index == 0);
        loop.put("last", index == size - 1);
        loop.put("revindex", size - index - 1);
        return loop;
    }

    private void macro(MacroNode macro) {
        laneSafe = false;
        var parameters = new ArrayList<String>();
        var defaults = new ArrayList<Node>();
        for (var argument : macro.getArgs().getNamedArgs()) {
            parameters.add(argument.getName());
            var value = argument.getValueExpression();
            defaults.add(value == null ? NULL : expression(value));
        }
        locals.push(Set.copyOf(parameters));
        macros.put(macro.getName(), new Macro(parameters, defaults, body(macro.getBody())));
        locals.pop();
    }

    private void block(String name, Evaluation evaluation, Output output) {
        var block = blocks.get(name);
        if (block == null) {
            throw new ExpressionException("Block [" + name + "] does not exist.");
        }
        evaluation.meter().enter();
        try {
            block.run(evaluation, output);
        } finally {
            evaluation.meter().leave();
        }
    }

    // --- expressions ----------------------------------------------------------------------------

    private Node expression(Expression<?> expression) {
        return switch (expression) {
            case LiteralStringExpression literal -> constant(raw.putBack(literal.getValue()));
            case LiteralLongExpression literal -> constant(literal.getValue());
            case LiteralIntegerExpression literal -> constant(literal.getValue());
            case LiteralDoubleExpression literal -> constant(literal.getValue());
            case LiteralBooleanExpression literal -> constant(literal.getValue());
            case LiteralNullExpression _ -> NULL;
            case ContextVariableExpression variable -> {
                path(variable.getName(), List.of(), variable.getLineNumber());
                yield variable(variable);
            }
            case GetAttributeExpression attribute -> attribute(attribute);
            case ArrayExpression list -> list(list);
            case MapExpression map -> map(map);
            case TernaryExpression ternary -> {
                var condition = expression(ternary.getExpression1());
                var yes = expression(ternary.getExpression2());
                var no = expression(ternary.getExpression3());
                yield e -> Values.truth(condition.eval(e)) ? yes.eval(e) : no.eval(e);
            }
            case UnaryNotExpression not -> {
                var operand = expression(not.getChildExpression());
                yield e -> !Values.operand(operand.eval(e), "not");
            }
            case UnaryMinusExpression minus -> {
                var operand = expression(minus.getChildExpression());
                yield e -> Values.arithmetic("*", -1, operand.eval(e), e);
            }
            case UnaryPlusExpression plus -> {
                var operand = expression(plus.getChildExpression());
                yield e -> Values.arithmetic("*", 1, operand.eval(e), e);
            }
            case FilterExpression filter -> filter(filter);
            case NegativeTestExpression test -> {
                var positive = test(test);
                yield e -> !Values.truth(positive.eval(e));
            }
            case PositiveTestExpression test -> test(test);
            case Syntax.Operation operation -> operation(operation);
            case ConcatenateExpression parts -> concatenation(parts);
            case FunctionOrMacroInvocationExpression call -> call(call);
            case BlockFunctionExpression block -> {
                laneSafe = false;
                var name = expression(block.getBlockNameExpression());
                yield e -> {
                    var output = e.output();
                    block(Values.text(name.eval(e)), e, output);
                    return output.toString();
                };
            }
            case RenderableNodeExpression inner -> {
                var statement = statement(inner.getNode());
                yield e -> {
                    var output = e.output();
                    statement.run(e, output);
                    return output.toString();
                };
            }
            default ->
                    throw new ExpressionException(
                            "%s can't be used in an expression"
                                    .formatted(expression.getClass().getSimpleName()));
        };
    }

    private static Node constant(Object value) {
        return _ -> value;
    }

    private static Node variable(ContextVariableExpression variable) {
        var name = variable.getName();
        int line = variable.getLineNumber();
        return e -> e.scope().get(name, line);
    }

    private void path(String variable, List<String> attributes, int line) {
        for (var names : locals) {
            if (names.contains(variable)) {
                return;
            }
        }
        var segments = new ArrayList<String>();
        segments.add(variable);
        segments.addAll(attributes);
        var path = new Reads.Path(segments);
        paths.add(path);
        if (optional == 0) {
            needed.putIfAbsent(path, line);
        }
    }

    /// A node that may have no value.
    private Node optionally(Expression<?> expression) {
        optional++;
        try {
            return expression(expression);
        } finally {
            optional--;
        }
    }

    private Node attribute(GetAttributeExpression attribute) {
        // The longest part of a.b['c'][0] whose names are known is the path that is read.
        var known = new ArrayDeque<String>();
        Expression<?> at = attribute;
        while (at instanceof GetAttributeExpression inner) {
            var name = inner.getArgumentsNode() == null ? knownName(inner) : null;
            if (name == null) {
                known.clear();
            } else {
                known.addFirst(name);
            }
            at = inner.getNode();
        }
        if (at instanceof ContextVariableExpression variable) {
            path(variable.getName(), List.copyOf(known), variable.getLineNumber());
        }
        return attributeOf(attribute);
    }

    /// Of an attribute whose path has been noted already.
    private Node attributeOf(GetAttributeExpression attribute) {
        var of = attribute.getNode();
        var object =
                switch (of) {
                    case GetAttributeExpression inner -> attributeOf(inner);
                    case ContextVariableExpression variable -> variable(variable);
                    default -> expression(of);
                };
        var name = expression(attribute.getAttributeNameExpression());
        int line = attribute.getLineNumber();
        if (attribute.getArgumentsNode() != null) {
            return method(attribute, object, name);
        }
        var blamed = of instanceof ContextVariableExpression variable ? variable.getName() : null;
        return e -> {
            var target = object.eval(e);
            var key = name.eval(e);
            if (target == null) {
                throw new Undefined(blamed == null ? Values.text(key) : blamed, line);
            }
            return Members.get(target, key, line);
        };
    }

    private Node method(GetAttributeExpression attribute, Node object, Node name) {
        var arguments = new ArrayList<Node>();
        for (var argument : attribute.getArgumentsNode().getPositionalArgs()) {
            arguments.add(expression(argument.getValueExpression()));
        }
        laneSafe = false;
        return e -> {
            e.meter().step();
            var target = object.eval(e);
            e.at(attribute.getLineNumber());
            var method = Values.text(name.eval(e));
            if (target == null) {
                throw new Undefined(method, attribute.getLineNumber());
            }
            var values = new ArrayList<@Nullable Object>(arguments.size());
            for (var argument : arguments) {
                values.add(argument.eval(e));
            }
            return e.made(Members.call(target, method, values, e));
        };
    }

    private static @Nullable String knownName(GetAttributeExpression attribute) {
        return switch (attribute.getAttributeNameExpression()) {
            case LiteralStringExpression name -> name.getValue();
            case LiteralLongExpression index -> String.valueOf(index.getValue());
            default -> null;
        };
    }

    private Node list(ArrayExpression list) {
        var elements = new ArrayList<Node>();
        for (var element : list.getValues()) {
            elements.add(expression(element));
        }
        return e -> {
            var values = new ArrayList<@Nullable Object>(elements.size());
            for (var element : elements) {
                values.add(element.eval(e));
            }
            return e.made(values);
        };
    }

    private Node map(MapExpression map) {
        record Entry(String order, Node key, Node value) {}
        var entries = new ArrayList<Entry>();
        map.getEntries()
                .forEach((key, value) ->
                        entries.add(
                                new Entry(
                                        key instanceof LiteralStringExpression literal
                                                ? literal.getValue()
                                                : "",
                                        expression(key),
                                        expression(value))));
        // Pebble keeps the entries in an order that differs from run to run.
        entries.sort(Comparator.comparing(Entry::order));
        return e -> {
            var values = new HashMap<@Nullable Object, @Nullable Object>();
            for (var entry : entries) {
                values.put(Values.key(entry.key().eval(e)), entry.value().eval(e));
            }
            return e.made(values);
        };
    }

    private Node operation(Syntax.Operation operation) {
        var node = operationOf(operation);
        int line = operation.getLineNumber();
        return e -> {
            e.at(line);
            return node.eval(e);
        };
    }

    private Node operationOf(Syntax.Operation operation) {
        boolean coalesces = operation.symbol().startsWith("??");
        var left =
                coalesces
                        ? optionally(operation.getLeftExpression())
                        : expression(operation.getLeftExpression());
        var right = expression(operation.getRightExpression());
        return switch (operation.symbol()) {
            case "or" ->
                    e -> Values.operand(left.eval(e), "or") || Values.operand(right.eval(e), "or");
            case "and" ->
                    e ->
                            Values.operand(left.eval(e), "and")
                                    && Values.operand(right.eval(e), "and");
            case "==", "equals" -> e -> Values.equal(left.eval(e), right.eval(e), e);
            case "!=" -> e -> !Values.equal(left.eval(e), right.eval(e), e);
            case ">" -> e -> Values.compare(left.eval(e), right.eval(e), sign -> sign > 0);
            case "<" -> e -> Values.compare(left.eval(e), right.eval(e), sign -> sign < 0);
            case ">=" -> e -> Values.compare(left.eval(e), right.eval(e), sign -> sign >= 0);
            case "<=" -> e -> Values.compare(left.eval(e), right.eval(e), sign -> sign <= 0);
            case "contains" -> e -> Values.contains(left.eval(e), right.eval(e), e);
            case "isIn" -> e -> Values.isIn(left.eval(e), right.eval(e), e);
            case "isNotIn" -> e -> !Values.isIn(left.eval(e), right.eval(e), e);
            case "in" -> e -> Values.contains(right.eval(e), left.eval(e), e);
            case "not in" -> e -> !Values.contains(right.eval(e), left.eval(e), e);
            case "~" -> e -> Values.concatenate(left.eval(e), right.eval(e), e);
            case ".." -> {
                laneSafe = false;
                yield e ->
                        e.made(CollectionBuiltins.range(left.eval(e), right.eval(e), 1, e.meter()));
            }
            case "??" ->
                    e -> {
                        try {
                            var value = left.eval(e);
                            return value == null ? right.eval(e) : value;
                        } catch (Undefined | MissingValueException _) {
                            return right.eval(e);
                        }
                    };
            case "???" ->
                    e -> {
                        try {
                            return left.eval(e);
                        } catch (Undefined | MissingValueException _) {
                            return right.eval(e);
                        }
                    };
            case String symbol ->
                    e -> {
                        e.meter().step();
                        return Values.arithmetic(symbol, left.eval(e), right.eval(e), e);
                    };
        };
    }

    /// An interpolated text: `"a#{b}c"`.
    private Node concatenation(BinaryExpression<?> parts) {
        var left = expression(parts.getLeftExpression());
        var right = expression(parts.getRightExpression());
        return e -> Values.concatenate(left.eval(e), right.eval(e), e);
    }

    private Node filter(FilterExpression expression) {
        boolean undefinedIsNull =
                expression.getRightExpression() instanceof FilterInvocationExpression filter
                        && filter.getFilterName().equals("default");
        var input =
                undefinedIsNull
                        ? optionally(expression.getLeftExpression())
                        : expression(expression.getLeftExpression());
        var invocation = (FilterInvocationExpression) expression.getRightExpression();
        var name = invocation.getFilterName();
        var filter = Builtins.filter(name);
        if (filter == null) {
            return failing(
                    "Filter [%s] does not exist.".formatted(name), expression.getLineNumber());
        }
        note(filter, invocation.getArgs());
        var arguments = arguments(filter.name(), filter.parameters(), invocation.getArgs());
        var body = filter.body();
        int line = expression.getLineNumber();
        return e -> {
            e.meter().step();
            var given = arguments.eval(e);
            Object value;
            try {
                value = input.eval(e);
            } catch (Undefined undefined) {
                if (!undefinedIsNull) {
                    throw undefined;
                }
                value = null;
            }
            e.at(line);
            var result = body.call(value, given, e);
            return result == value ? result : e.made(result);
        };
    }

    private Node call(FunctionOrMacroInvocationExpression call) {
        var name = call.getFunctionName();
        var function = Builtins.function(name);
        if (function == null) {
            return macroCall(call);
        }
        note(function, call.getArguments());
        functions.add(name);
        var arguments = arguments(name, function.parameters(), call.getArguments());
        var body = function.body();
        int line = call.getLineNumber();
        return e -> {
            e.meter().step();
            e.at(line);
            var given = arguments.eval(e);
            e.at(line);
            return e.made(body.call(null, given, e));
        };
    }

    private void note(Builtin builtin, ArgumentsNode arguments) {
        if (builtin.reads() == null) {
            everything = true;
        } else {
            paths.addAll(builtin.reads());
        }
        if (!builtin.lane().allows(arguments)) {
            laneSafe = false;
        }
    }

    private Node macroCall(FunctionOrMacroInvocationExpression call) {
        laneSafe = false;
        var name = call.getFunctionName();
        // A macro may be defined below its call, so it is looked up when the call runs.
        var positional = new ArrayList<Node>();
        var named = new LinkedHashMap<String, Node>();
        var node = call.getArguments();
        if (node.getPositionalArgs() != null) {
            node.getPositionalArgs()
                    .forEach(a -> positional.add(expression(a.getValueExpression())));
        }
        if (node.getNamedArgs() != null) {
            node.getNamedArgs()
                    .forEach(a -> named.put(a.getName(), expression(a.getValueExpression())));
        }
        int line = call.getLineNumber();
        return e -> {
            e.at(line);
            var macro = macros.get(name);
            if (macro == null) {
                throw new ExpressionException(
                        "Function or Macro [%s] does not exist.".formatted(name));
            }
            if (positional.size() > macro.parameters().size()) {
                throw new ExpressionException("Macro [%s] has too many arguments".formatted(name));
            }
            var outer = e.scope();
            var scope = new Scope(Map.of());
            for (int i = 0; i < macro.parameters().size(); i++) {
                var parameter = macro.parameters().get(i);
                Node value =
                        i < positional.size()
                                ? positional.get(i)
                                : named.getOrDefault(parameter, macro.defaults().get(i));
                scope.put(parameter, value.eval(e));
            }
            e.meter().enter();
            e.enter(scope);
            try {
                var output = e.output();
                macro.body().run(e, output);
                return output.toString();
            } finally {
                e.enter(outer);
                e.meter().leave();
            }
        };
    }

    private Node test(BinaryExpression<?> expression) {
        var invocation = (TestInvocationExpression) expression.getRightExpression();
        var input =
                invocation.getTestName().equals("defined")
                        ? optionally(expression.getLeftExpression())
                        : expression(expression.getLeftExpression());
        return switch (invocation.getTestName()) {
            case "defined" ->
                    e -> {
                        try {
                            return input.eval(e) != null;
                        } catch (Undefined _) {
                            return false;
                        }
                    };
            case "null" -> e -> input.eval(e) == null;
            case "empty" -> e -> Values.isEmpty(input.eval(e));
            case "even" -> e -> Values.integer(input.eval(e)) % 2 == 0;
            case "odd" -> e -> Values.integer(input.eval(e)) % 2 != 0;
            case "map" -> e -> input.eval(e) instanceof Map;
            case "iterable" ->
                    e ->
                            switch (input.eval(e)) {
                                case null -> false;
                                case Map<?, ?> _ -> false;
                                case Object value ->
                                        value instanceof Iterable || value.getClass().isArray();
                            };
            case "json" -> e -> Values.isJson(input.eval(e));
            case String name ->
                    failing(
                            "Test [%s] does not exist.".formatted(name),
                            expression.getLineNumber());
        };
    }

    private static Node failing(String message, int line) {
        return e -> {
            e.at(line);
            throw new ExpressionException(message);
        };
    }

    // --- arguments ------------------------------------------------------------------------------

    /// @param problem why no call with these arguments can succeed
    private record ArgumentNodes(
            String call, List<String> names, @Nullable Node[] nodes, @Nullable String problem) {

        Arguments eval(Evaluation e) {
            if (problem != null) {
                throw new ExpressionException(problem);
            }
            @Nullable Object[] values = new @Nullable Object[nodes.length];
            var given = new boolean[nodes.length];
            for (int i = 0; i < nodes.length; i++) {
                var node = nodes[i];
                if (node != null) {
                    values[i] = node.eval(e);
                    given[i] = true;
                }
            }
            return new Arguments(call, names, values, given);
        }
    }

    private ArgumentNodes arguments(String call, List<String> names, ArgumentsNode arguments) {
        var positional = new ArrayList<Node>();
        if (arguments.getPositionalArgs() != null) {
            arguments
                    .getPositionalArgs()
                    .forEach(a -> positional.add(expression(a.getValueExpression())));
        }
        if (names.isEmpty()) {
            return new ArgumentNodes(call, names, positional.toArray(Node[]::new), null);
        }
        if (positional.size() > names.size()) {
            return new ArgumentNodes(
                    call,
                    names,
                    new Node[0],
                    "The argument at position %d is not allowed. Only %d argument(s) are allowed."
                            .formatted(names.size() + 1, names.size()));
        }
        @Nullable Node[] nodes = new @Nullable Node[names.size()];
        for (int i = 0; i < positional.size(); i++) {
            nodes[i] = positional.get(i);
        }
        String problem = null;
        if (arguments.getNamedArgs() != null) {
            for (var argument : arguments.getNamedArgs()) {
                int index = names.indexOf(argument.getName());
                if (index < 0) {
                    problem = "The following named argument does not exist: " + argument.getName();
                } else {
                    nodes[index] = expression(argument.getValueExpression());
                }
            }
        }
        return new ArgumentNodes(call, names, nodes, problem);
    }
}
