// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Evaluates programs of the jq language: paths, construction, conditions, variables, `reduce`,
/// assignments, definitions and most of the builtin functions. Each evaluated node is a metered
/// step. See <https://jqlang.org/manual/>.
final class Jq {

    /// A node of a program.
    sealed interface Term {
        record Identity() implements Term {}

        record RecurseAll() implements Term {}

        record Literal(@Nullable Object value) implements Term {}

        /// A text with values in it.
        record Interpolation(List<Term> parts, @Nullable String format) implements Term {}

        record Variable(String name) implements Term {}

        record Index(Term of, Term key) implements Term {}

        record Slice(Term of, @Nullable Term from, @Nullable Term to) implements Term {}

        record Each(Term of) implements Term {}

        record Attempt(Term body, @Nullable Term handler) implements Term {}

        record Pipe(Term left, Term right) implements Term {}

        record Comma(Term left, Term right) implements Term {}

        record Negation(Term operand) implements Term {}

        record Binary(String operator, Term left, Term right) implements Term {}

        record ListOf(@Nullable Term elements) implements Term {}

        record ObjectOf(List<Member> members) implements Term {}

        record Member(Term key, Term value) {}

        record If(Term condition, Term then, @Nullable Term otherwise) implements Term {}

        record As(Term source, String variable, Term body) implements Term {}

        record Reduce(Term source, String variable, Term start, Term update) implements Term {}

        record Foreach(
                Term source, String variable, Term start, Term update, @Nullable Term extract)
                implements Term {}

        record Define(Function function, Term body) implements Term {}

        record Call(String name, List<Term> arguments) implements Term {}
    }

    /// @param parameters names of filters, or of values where they begin with `$`
    record Function(String name, List<String> parameters, Term body) {}

    /// Names that are visible at a node.
    private sealed interface Env {
        record Empty() implements Env {}

        record Value(String name, @Nullable Object value, Env outer) implements Env {}

        record Filter(String name, Term body, Env at, Env outer) implements Env {}

        record Definition(Function function, Env outer) implements Env {}
    }

    /// Where a value was found: the keys that lead to it from the input.
    private record Path(@Nullable Path parent, @Nullable Object key) {
        static final Path ROOT = new Path(null, null);

        Path then(@Nullable Object key) {
            return new Path(this, key);
        }

        List<@Nullable Object> keys() {
            var keys = new ArrayList<@Nullable Object>();
            for (var at = this; at.parent != null; at = at.parent) {
                keys.addFirst(at.key);
            }
            return keys;
        }
    }

    @FunctionalInterface
    private interface Sink {
        /// @param path null if the value was computed rather than found
        void accept(@Nullable Object value, @Nullable Path path);
    }

    /// Enough results have been seen.
    private static final class Enough extends RuntimeException {
        Enough() {
            super(null, null, false, false);
        }
    }

    /// An error that a program may catch.
    private static final class JqError extends ExpressionException {
        private final @Nullable Object value;

        JqError(@Nullable Object value) {
            super("jq: " + (value instanceof String text ? text : Json.write(value)));
            this.value = value;
        }
    }

    private final Meter meter;

    private Jq(Meter meter) {
        this.meter = meter;
    }

    /// All results of a program. A text as input is read as JSON.
    static List<@Nullable Object> run(String program, @Nullable Object input, Evaluation e) {
        var term = new JqParser(program).parse();
        var value = input instanceof String text ? Json.parse(text) : input;
        var results = new ArrayList<@Nullable Object>();
        new Jq(e.meter())
                .eval(
                        term,
                        plain(value),
                        null,
                        new Env.Empty(),
                        (result, _) -> {
                            e.meter().elements(results.size());
                            results.add(result);
                        });
        return results;
    }

    private void eval(Term term, @Nullable Object input, @Nullable Path path, Env env, Sink sink) {
        meter.step();
        switch (term) {
            case Term.Identity _ -> sink.accept(input, path);
            case Term.RecurseAll _ -> recurse(input, path, sink);
            case Term.Literal(var value) -> sink.accept(value, null);
            case Term.Interpolation interpolation ->
                    interpolate(interpolation, 0, "", input, env, sink);
            case Term.Variable(var name) -> sink.accept(variable(name, env), null);
            case Term.Index(var of, var key) ->
                    eval(
                            of,
                            input,
                            path,
                            env,
                            (value, at) ->
                                    eval(
                                            key,
                                            input,
                                            null,
                                            env,
                                            (k, _) ->
                                                    sink.accept(
                                                            plain(index(value, k)),
                                                            at == null ? null : at.then(k))));
            case Term.Slice slice ->
                    eval(
                            slice.of(),
                            input,
                            path,
                            env,
                            (value, _) -> sink.accept(slice(slice, value, input, env), null));
            case Term.Each(var of) ->
                    eval(of, input, path, env, (value, at) -> each(value, at, sink));
            case Term.Attempt attempt -> attempt(attempt, input, path, env, sink);
            case Term.Pipe(var left, var right) ->
                    eval(left, input, path, env, (v, at) -> eval(right, v, at, env, sink));
            case Term.Comma(var left, var right) -> {
                eval(left, input, path, env, sink);
                eval(right, input, path, env, sink);
            }
            case Term.Negation(var operand) ->
                    eval(
                            operand,
                            input,
                            null,
                            env,
                            (v, _) -> sink.accept(JqFunctions.arithmetic("*", -1, v, meter), null));
            case Term.Binary binary -> binary(binary, input, path, env, sink);
            case Term.ListOf(var elements) ->
                    sink.accept(
                            elements == null ? new ArrayList<>() : all(elements, input, env), null);
            case Term.ObjectOf(var members) ->
                    object(members, 0, new LinkedHashMap<>(), input, env, sink);
            case Term.If choice ->
                    eval(
                            choice.condition(),
                            input,
                            null,
                            env,
                            (v, _) -> {
                                if (JqFunctions.truth(v)) {
                                    eval(choice.then(), input, path, env, sink);
                                } else if (choice.otherwise() != null) {
                                    eval(choice.otherwise(), input, path, env, sink);
                                } else {
                                    sink.accept(input, path);
                                }
                            });
            case Term.As(var source, var name, var body) ->
                    eval(
                            source,
                            input,
                            null,
                            env,
                            (v, _) -> eval(body, input, path, new Env.Value(name, v, env), sink));
            case Term.Reduce reduce -> {
                @Nullable Object[] state = new @Nullable Object[] {one(reduce.start(), input, env)};
                eval(
                        reduce.source(),
                        input,
                        null,
                        env,
                        (v, _) ->
                                state[0] =
                                        last(
                                                reduce.update(),
                                                state[0],
                                                new Env.Value(reduce.variable(), v, env)));
                sink.accept(state[0], null);
            }
            case Term.Foreach loop -> {
                @Nullable Object[] state = new @Nullable Object[] {one(loop.start(), input, env)};
                eval(
                        loop.source(),
                        input,
                        null,
                        env,
                        (v, _) -> {
                            var inner = new Env.Value(loop.variable(), v, env);
                            state[0] = last(loop.update(), state[0], inner);
                            if (loop.extract() == null) {
                                sink.accept(state[0], null);
                            } else {
                                eval(loop.extract(), state[0], null, inner, sink);
                            }
                        });
            }
            case Term.Define(var function, var body) ->
                    eval(body, input, path, new Env.Definition(function, env), sink);
            case Term.Call(var name, var arguments) ->
                    call(name, arguments, input, path, env, sink);
        }
    }

    // --- results --------------------------------------------------------------------------------

    private List<@Nullable Object> all(Term term, @Nullable Object input, Env env) {
        var results = new ArrayList<@Nullable Object>();
        eval(
                term,
                input,
                null,
                env,
                (v, _) -> {
                    meter.elements(results.size());
                    results.add(v);
                });
        return results;
    }

    private @Nullable Object one(Term term, @Nullable Object input, Env env) {
        @Nullable Object[] results = new @Nullable Object[1];
        try {
            eval(
                    term,
                    input,
                    null,
                    env,
                    (v, _) -> {
                        results[0] = v;
                        throw new Enough();
                    });
        } catch (Enough _) {
            // The first one is all that was wanted.
        }
        return results[0];
    }

    private @Nullable Object last(Term term, @Nullable Object input, Env env) {
        @Nullable Object[] results = new @Nullable Object[1];
        eval(term, input, null, env, (v, _) -> results[0] = v);
        return results[0];
    }

    private static @Nullable Object variable(String name, Env env) {
        for (var at = env; ; ) {
            switch (at) {
                case Env.Value value -> {
                    if (value.name().equals(name)) {
                        return value.value();
                    }
                    at = value.outer();
                }
                case Env.Filter filter -> at = filter.outer();
                case Env.Definition definition -> at = definition.outer();
                case Env.Empty _ -> {
                    if (name.equals("ENV") || name.equals("__prog_args")) {
                        return new LinkedHashMap<>();
                    }
                    throw new JqError("$" + name + " is not defined");
                }
            }
        }
    }

    // --- structure ------------------------------------------------------------------------------

    /// What JSON knows; times become text.
    static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case String _, Number _, Boolean _, Map<?, ?> _, List<?> _ -> value;
            case Object other when other instanceof Collection || other.getClass().isArray() ->
                    Values.list(other);
            default -> Json.scalar(value);
        };
    }

    private static @Nullable Object index(@Nullable Object value, @Nullable Object key) {
        if (value == null && (key == null || key instanceof String || key instanceof Number)) {
            return null;
        }
        return switch (value) {
            case Map<?, ?> map when key instanceof String -> map.get(key);
            case List<?> list when key instanceof Number number -> {
                int at =
                        number.intValue() < 0 ? list.size() + number.intValue() : number.intValue();
                yield at >= 0 && at < list.size() ? list.get(at) : null;
            }
            case null, default ->
                    throw new JqError(
                            "Cannot index %s with %s"
                                    .formatted(
                                            JqFunctions.type(value),
                                            key instanceof String
                                                    ? "\"" + key + "\""
                                                    : JqFunctions.type(key)));
        };
    }

    private @Nullable Object slice(
            Term.Slice slice, @Nullable Object value, @Nullable Object input, Env env) {
        if (value == null) {
            return null;
        }
        if (!(value instanceof List) && !(value instanceof String)) {
            throw new JqError("Cannot index %s with object".formatted(JqFunctions.type(value)));
        }
        int size = Values.size(value);
        int from = slice.from() == null ? 0 : bound(one(slice.from(), input, env), size, 0);
        int to = slice.to() == null ? size : bound(one(slice.to(), input, env), size, size);
        meter.chars(size);
        if (value instanceof String text) {
            return from < to ? text.substring(from, to) : "";
        }
        return from < to ? new ArrayList<>(((List<?>) value).subList(from, to)) : new ArrayList<>();
    }

    private static int bound(@Nullable Object value, int size, int otherwise) {
        if (value == null) {
            return otherwise;
        }
        long at = Values.integer(value);
        return Math.clamp(at < 0 ? size + at : at, 0, size);
    }

    private void each(@Nullable Object value, @Nullable Path path, Sink sink) {
        switch (value) {
            case Map<?, ?> map -> {
                for (var entry : map.entrySet()) {
                    meter.step();
                    sink.accept(
                            plain(entry.getValue()),
                            path == null ? null : path.then(entry.getKey()));
                }
            }
            case List<?> list -> {
                int i = 0;
                for (var element : list) {
                    meter.step();
                    sink.accept(plain(element), path == null ? null : path.then(i));
                    i++;
                }
            }
            case null, default ->
                    throw new JqError("Cannot iterate over " + JqFunctions.type(value));
        }
    }

    private void recurse(@Nullable Object value, @Nullable Path path, Sink sink) {
        meter.step();
        sink.accept(value, path);
        if (value instanceof Map || value instanceof List) {
            each(value, path, (inner, at) -> recurse(inner, at, sink));
        }
    }

    private void object(
            List<Term.Member> members,
            int index,
            Map<String, @Nullable Object> made,
            @Nullable Object input,
            Env env,
            Sink sink) {
        if (index == members.size()) {
            sink.accept(new LinkedHashMap<>(made), null);
            return;
        }
        var member = members.get(index);
        eval(
                member.key(),
                input,
                null,
                env,
                (key, _) -> {
                    if (!(key instanceof String name)) {
                        throw new JqError("Object keys must be strings");
                    }
                    eval(
                            member.value(),
                            input,
                            null,
                            env,
                            (value, _) -> {
                                made.put(name, value);
                                object(members, index + 1, made, input, env, sink);
                            });
                });
    }

    private void interpolate(
            Term.Interpolation text,
            int index,
            String made,
            @Nullable Object input,
            Env env,
            Sink sink) {
        if (index == text.parts().size()) {
            sink.accept(made, null);
            return;
        }
        var part = text.parts().get(index);
        eval(
                part,
                input,
                null,
                env,
                (value, _) -> {
                    var inserted =
                            part instanceof Term.Literal || text.format() == null
                                    ? JqFunctions.text(value)
                                    : JqFunctions.format(text.format(), value, meter);
                    meter.chars((long) made.length() + inserted.length());
                    interpolate(text, index + 1, made + inserted, input, env, sink);
                });
    }

    private void attempt(
            Term.Attempt attempt, @Nullable Object input, @Nullable Path path, Env env, Sink sink) {
        // What goes wrong behind the sink is not this attempt's.
        var results = new ArrayList<Result>();
        JqError caught = null;
        try {
            eval(attempt.body(), input, path, env, (v, at) -> results.add(new Result(v, at)));
        } catch (JqError e) {
            caught = e;
        }
        results.forEach(result -> sink.accept(result.value(), result.path()));
        if (caught != null && attempt.handler() != null) {
            eval(attempt.handler(), caught.value, null, env, sink);
        }
    }

    private record Result(@Nullable Object value, @Nullable Path path) {}

    // --- operators ------------------------------------------------------------------------------

    private void binary(
            Term.Binary binary, @Nullable Object input, @Nullable Path path, Env env, Sink sink) {
        var left = binary.left();
        var right = binary.right();
        switch (binary.operator()) {
            case "and", "or" ->
                    eval(
                            left,
                            input,
                            null,
                            env,
                            (a, _) -> {
                                if (JqFunctions.truth(a) == binary.operator().equals("or")) {
                                    sink.accept(binary.operator().equals("or"), null);
                                } else {
                                    eval(
                                            right,
                                            input,
                                            null,
                                            env,
                                            (b, _) -> sink.accept(JqFunctions.truth(b), null));
                                }
                            });
            case "//" -> {
                var found = new boolean[1];
                var results = new ArrayList<Result>();
                try {
                    eval(left, input, path, env, (v, at) -> results.add(new Result(v, at)));
                } catch (JqError _) {
                    // Counts as nothing.
                }
                for (var result : results) {
                    if (JqFunctions.truth(result.value())) {
                        found[0] = true;
                        sink.accept(result.value(), result.path());
                    }
                }
                if (!found[0]) {
                    eval(right, input, path, env, sink);
                }
            }
            case "=" ->
                    eval(
                            right,
                            input,
                            null,
                            env,
                            (b, _) -> sink.accept(update(left, input, env, _ -> b), null));
            case "|=" -> sink.accept(update(left, input, env, old -> one(right, old, env)), null);
            case "//=" ->
                    eval(
                            right,
                            input,
                            null,
                            env,
                            (b, _) ->
                                    sink.accept(
                                            update(
                                                    left,
                                                    input,
                                                    env,
                                                    old -> JqFunctions.truth(old) ? old : b),
                                            null));
            case "+=", "-=", "*=", "/=", "%=" -> {
                var operator = binary.operator().substring(0, 1);
                eval(
                        right,
                        input,
                        null,
                        env,
                        (b, _) ->
                                sink.accept(
                                        update(
                                                left,
                                                input,
                                                env,
                                                old ->
                                                        JqFunctions.arithmetic(
                                                                operator, old, b, meter)),
                                        null));
            }
            default ->
                    eval(
                            right,
                            input,
                            null,
                            env,
                            (b, _) ->
                                    eval(
                                            left,
                                            input,
                                            null,
                                            env,
                                            (a, _) ->
                                                    sink.accept(
                                                            JqFunctions.binary(
                                                                    binary.operator(), a, b, meter),
                                                            null)));
        }
    }

    @FunctionalInterface
    private interface Change {
        @Nullable Object apply(@Nullable Object old);
    }

    private @Nullable Object update(Term target, @Nullable Object input, Env env, Change change) {
        var result = input;
        for (List<@Nullable Object> keys : paths(target, input, env)) {
            result = set(result, keys, 0, change);
        }
        return result;
    }

    private List<List<@Nullable Object>> paths(Term term, @Nullable Object input, Env env) {
        var paths = new ArrayList<List<@Nullable Object>>();
        eval(
                term,
                input,
                Path.ROOT,
                env,
                (_, path) -> {
                    if (path == null) {
                        throw new JqError("Invalid path expression");
                    }
                    paths.add(path.keys());
                });
        return paths;
    }

    private @Nullable Object set(
            @Nullable Object value, List<@Nullable Object> keys, int depth, Change change) {
        if (depth == keys.size()) {
            return change.apply(value);
        }
        meter.elements(value == null ? 0 : Values.size(value));
        var key = keys.get(depth);
        var inner = set(index(value, key), keys, depth + 1, change);
        if (key instanceof String name) {
            var copy = new LinkedHashMap<@Nullable Object, @Nullable Object>();
            if (value instanceof Map<?, ?> map) {
                copy.putAll(map);
            }
            copy.put(name, inner);
            return copy;
        }
        var copy = new ArrayList<@Nullable Object>();
        if (value instanceof List<?> list) {
            copy.addAll(list);
        }
        int at = (int) Values.integer(key);
        at = at < 0 ? copy.size() + at : at;
        if (at < 0) {
            throw new JqError("Out of bounds negative array index");
        }
        meter.elements(at);
        while (copy.size() <= at) {
            copy.add(null);
        }
        copy.set(at, inner);
        return copy;
    }

    private @Nullable Object delete(
            @Nullable Object value, List<@Nullable Object> keys, int depth) {
        if (value == null || keys.isEmpty()) {
            return null;
        }
        meter.elements(Values.size(value));
        var key = keys.get(depth);
        boolean here = depth == keys.size() - 1;
        if (value instanceof Map<?, ?> map) {
            var copy = new LinkedHashMap<@Nullable Object, @Nullable Object>(map);
            if (here) {
                copy.remove(key);
            } else if (map.containsKey(key)) {
                copy.put(key, delete(map.get(key), keys, depth + 1));
            }
            return copy;
        }
        if (value instanceof List<?> list && key instanceof Number number) {
            var copy = new ArrayList<@Nullable Object>(list);
            int at = number.intValue() < 0 ? list.size() + number.intValue() : number.intValue();
            if (at >= 0 && at < copy.size()) {
                if (here) {
                    copy.remove(at);
                } else {
                    copy.set(at, delete(copy.get(at), keys, depth + 1));
                }
            }
            return copy;
        }
        throw new JqError("Cannot delete field of " + JqFunctions.type(value));
    }

    // --- functions ------------------------------------------------------------------------------

    private void call(
            String name,
            List<Term> arguments,
            @Nullable Object input,
            @Nullable Path path,
            Env env,
            Sink sink) {
        for (var at = env; !(at instanceof Env.Empty); ) {
            switch (at) {
                case Env.Filter filter -> {
                    if (arguments.isEmpty() && filter.name().equals(name)) {
                        eval(filter.body(), input, path, filter.at(), sink);
                        return;
                    }
                    at = filter.outer();
                }
                case Env.Definition definition -> {
                    var function = definition.function();
                    if (function.name().equals(name)
                            && function.parameters().size() == arguments.size()) {
                        apply(
                                function,
                                definition,
                                arguments,
                                0,
                                definition,
                                input,
                                path,
                                env,
                                sink);
                        return;
                    }
                    at = definition.outer();
                }
                case Env.Value value -> at = value.outer();
                case Env.Empty _ -> throw new IllegalStateException();
            }
        }
        builtin(name, arguments, input, path, env, sink);
    }

    private void apply(
            Function function,
            Env inner,
            List<Term> arguments,
            int index,
            Env.Definition definition,
            @Nullable Object input,
            @Nullable Path path,
            Env env,
            Sink sink) {
        if (index == arguments.size()) {
            meter.enter();
            try {
                eval(function.body(), input, path, inner, sink);
            } finally {
                meter.leave();
            }
            return;
        }
        var parameter = function.parameters().get(index);
        var argument = arguments.get(index);
        if (parameter.startsWith("$")) {
            eval(
                    argument,
                    input,
                    null,
                    env,
                    (v, _) ->
                            apply(
                                    function,
                                    new Env.Value(parameter.substring(1), v, inner),
                                    arguments,
                                    index + 1,
                                    definition,
                                    input,
                                    path,
                                    env,
                                    sink));
        } else {
            apply(
                    function,
                    new Env.Filter(parameter, argument, env, inner),
                    arguments,
                    index + 1,
                    definition,
                    input,
                    path,
                    env,
                    sink);
        }
    }

    /// Functions whose arguments are filters; those of values are in [JqFunctions].
    private void builtin(
            String name,
            List<Term> arguments,
            @Nullable Object input,
            @Nullable Path path,
            Env env,
            Sink sink) {
        switch (name + "/" + arguments.size()) {
            case "empty/0" -> {}
            case "error/0" -> throw new JqError(input);
            case "error/1" -> throw new JqError(one(arguments.get(0), input, env));
            case "not/0" -> sink.accept(!JqFunctions.truth(input), null);
            case "select/1" ->
                    eval(
                            arguments.get(0),
                            input,
                            null,
                            env,
                            (v, _) -> {
                                if (JqFunctions.truth(v)) {
                                    sink.accept(input, path);
                                }
                            });
            case "map/1" -> {
                var results = new ArrayList<@Nullable Object>();
                each(
                        input,
                        null,
                        (v, _) -> eval(arguments.get(0), v, null, env, (r, _) -> results.add(r)));
                sink.accept(results, null);
            }
            case "map_values/1" -> {
                var change = arguments.get(0);
                var target = new Term.Each(new Term.Identity());
                sink.accept(update(target, input, env, old -> one(change, old, env)), null);
            }
            case "recurse/0" -> recurse(input, path, sink);
            case "recurse/1" -> recurseBy(arguments.get(0), input, path, env, sink);
            case "first/1" -> limit(1, arguments.get(0), input, path, env, sink);
            case "limit/2" ->
                    limit(
                            Values.integer(one(arguments.get(0), input, env)),
                            arguments.get(1),
                            input,
                            path,
                            env,
                            sink);
            case "last/1" -> sink.accept(last(arguments.get(0), input, env), null);
            case "nth/2" -> {
                var all = all(arguments.get(1), input, env);
                sink.accept(index(all, one(arguments.get(0), input, env)), null);
            }
            case "isempty/1" -> sink.accept(all(arguments.get(0), input, env).isEmpty(), null);
            case "any/1" -> sink.accept(anyOf(input, arguments.get(0), env), null);
            case "all/1" ->
                    sink.accept(
                            !anyOf(
                                    input,
                                    new Term.Pipe(
                                            arguments.get(0), new Term.Call("not", List.of())),
                                    env),
                            null);
            case "range/1", "range/2", "range/3" -> range(arguments, input, env, sink);
            case "until/2" -> {
                var value = input;
                while (!JqFunctions.truth(one(arguments.get(0), value, env))) {
                    meter.step();
                    value = one(arguments.get(1), value, env);
                }
                sink.accept(value, null);
            }
            case "while/2" -> {
                var value = input;
                while (JqFunctions.truth(one(arguments.get(0), value, env))) {
                    meter.step();
                    sink.accept(value, null);
                    value = one(arguments.get(1), value, env);
                }
            }
            case "sort_by/1", "group_by/1", "unique_by/1", "min_by/1", "max_by/1" -> {
                var keyed = new ArrayList<JqFunctions.Keyed>();
                each(
                        input,
                        null,
                        (v, _) ->
                                keyed.add(new JqFunctions.Keyed(all(arguments.get(0), v, env), v)));
                sink.accept(JqFunctions.by(name, keyed, meter), null);
            }
            case "with_entries/1" -> {
                var entries =
                        JqFunctions.value(
                                "to_entries", input, new ArrayList<@Nullable Object>(), meter);
                var changed = new ArrayList<@Nullable Object>();
                each(
                        entries,
                        null,
                        (v, _) -> eval(arguments.get(0), v, null, env, (r, _) -> changed.add(r)));
                sink.accept(
                        JqFunctions.value(
                                "from_entries", changed, new ArrayList<@Nullable Object>(), meter),
                        null);
            }
            case "path/1" -> paths(arguments.get(0), input, env).forEach(p -> sink.accept(p, null));
            case "paths/0" -> {
                for (var keys : paths(new Term.RecurseAll(), input, env)) {
                    if (!keys.isEmpty()) {
                        sink.accept(keys, null);
                    }
                }
            }
            case "del/1" -> {
                var result = input;
                for (List<@Nullable Object> keys : paths(arguments.get(0), input, env).reversed()) {
                    result = delete(result, keys, 0);
                }
                sink.accept(result, null);
            }
            case "delpaths/1" -> {
                var result = input;
                for (var keys : Values.list(one(arguments.get(0), input, env)).reversed()) {
                    result = delete(result, new ArrayList<>(Values.list(keys)), 0);
                }
                sink.accept(result, null);
            }
            case "setpath/2" -> {
                var keys =
                        new ArrayList<@Nullable Object>(
                                Values.list(one(arguments.get(0), input, env)));
                var value = one(arguments.get(1), input, env);
                sink.accept(set(input, keys, 0, _ -> value), null);
            }
            case "getpath/1" -> {
                var value = input;
                var at = path;
                for (var key : Values.list(one(arguments.get(0), input, env))) {
                    value = value == null ? null : plain(index(value, key));
                    at = at == null ? null : at.then(key);
                }
                sink.accept(value, at);
            }
            case "add/1" ->
                    sink.accept(
                            JqFunctions.value(
                                    "add",
                                    all(arguments.get(0), input, env),
                                    new ArrayList<@Nullable Object>(),
                                    meter),
                            null);
            case "env/0" -> sink.accept(new LinkedHashMap<>(), null);
            default -> ofValues(name, arguments, new ArrayList<>(), input, env, sink);
        }
    }

    private void ofValues(
            String name,
            List<Term> arguments,
            List<@Nullable Object> values,
            @Nullable Object input,
            Env env,
            Sink sink) {
        if (values.size() < arguments.size()) {
            eval(
                    arguments.get(values.size()),
                    input,
                    null,
                    env,
                    (v, _) -> {
                        var more = new ArrayList<@Nullable Object>(values);
                        more.add(v);
                        ofValues(name, arguments, more, input, env, sink);
                    });
            return;
        }
        var result = JqFunctions.value(name, input, values, meter);
        if (result instanceof JqFunctions.Several(var all)) {
            all.forEach(one -> sink.accept(one, null));
        } else {
            sink.accept(result, null);
        }
    }

    private boolean anyOf(@Nullable Object input, Term condition, Env env) {
        var found = new boolean[1];
        each(
                input,
                null,
                (v, _) ->
                        eval(condition, v, null, env, (r, _) -> found[0] |= JqFunctions.truth(r)));
        return found[0];
    }

    private void recurseBy(
            Term step, @Nullable Object value, @Nullable Path path, Env env, Sink sink) {
        sink.accept(value, path);
        eval(step, value, path, env, (inner, at) -> recurseBy(step, inner, at, env, sink));
    }

    private void limit(
            long count,
            Term term,
            @Nullable Object input,
            @Nullable Path path,
            Env env,
            Sink sink) {
        if (count <= 0) {
            return;
        }
        var results = new ArrayList<Result>();
        try {
            eval(
                    term,
                    input,
                    path,
                    env,
                    (v, at) -> {
                        results.add(new Result(v, at));
                        if (results.size() == count) {
                            throw new Enough();
                        }
                    });
        } catch (Enough _) {
            // As many as were wanted.
        }
        results.forEach(result -> sink.accept(result.value(), result.path()));
    }

    private void range(List<Term> arguments, @Nullable Object input, Env env, Sink sink) {
        double from = arguments.size() == 1 ? 0 : number(arguments.get(0), input, env);
        double to = number(arguments.get(arguments.size() == 1 ? 0 : 1), input, env);
        double by = arguments.size() == 3 ? number(arguments.get(2), input, env) : 1;
        if (by == 0) {
            throw new JqError("range by 0");
        }
        for (double at = from; by > 0 ? at < to : at > to; at += by) {
            meter.step();
            sink.accept(JqFunctions.number(at), null);
        }
    }

    private double number(Term term, @Nullable Object input, Env env) {
        return Values.number(Objects.requireNonNullElse(one(term, input, env), 0)).doubleValue();
    }

    static ExpressionException error(String message) {
        return new JqError(message);
    }
}
