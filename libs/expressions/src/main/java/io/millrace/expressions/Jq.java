// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Evaluates programs of the jq language: paths, construction, conditions, variables, `reduce`,
/// assignments, definitions and most of the builtin functions. Each evaluated node is a metered
/// step. See <https://jqlang.org/manual/>.
final class Jq {

    @FunctionalInterface
    interface Sink {
        /// @param path null if the value was computed rather than found
        void accept(@Nullable Object value, @Nullable JqPath path);
    }

    /// Enough results have been seen.
    static final class Enough extends RuntimeException {
        Enough() {
            super(null, null, false, false);
        }
    }

    private final Meter meter;
    private final JqFilters filters = new JqFilters(this);

    private Jq(Meter meter) {
        this.meter = meter;
    }

    Meter meter() {
        return meter;
    }

    /// All results of a program. A text as input is read as JSON.
    static List<@Nullable Object> run(String program, @Nullable Object input, Evaluation e) {
        var term = new JqParser(program).parse();
        var value = input instanceof String text ? parse(text) : input;
        var results = new ArrayList<@Nullable Object>();
        new Jq(e.meter())
                .eval(
                        term,
                        JqPath.plain(value),
                        null,
                        new JqEnv.Empty(),
                        (result, _) -> {
                            e.meter().elements(results.size());
                            results.add(result);
                        });
        return results;
    }

    private static @Nullable Object parse(String text) {
        return text.isBlank() ? null : Json.parse(text);
    }

    void eval(JqTerm term, @Nullable Object input, @Nullable JqPath path, JqEnv env, Sink sink) {
        meter.step();
        switch (term) {
            case JqTerm.Identity _ -> sink.accept(input, path);
            case JqTerm.RecurseAll _ -> recurse(input, path, sink);
            case JqTerm.Literal(var value) -> sink.accept(value, null);
            case JqTerm.Interpolation interpolation ->
                    interpolate(interpolation, 0, "", input, env, sink);
            case JqTerm.Variable(var name) -> sink.accept(env.variable(name), null);
            case JqTerm.Index(var of, var key) ->
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
                                                            JqPath.plain(JqPath.index(value, k)),
                                                            at == null ? null : at.then(k))));
            case JqTerm.Slice slice ->
                    eval(
                            slice.of(),
                            input,
                            path,
                            env,
                            (value, _) -> sink.accept(slice(slice, value, input, env), null));
            case JqTerm.Each(var of) ->
                    eval(of, input, path, env, (value, at) -> each(value, at, sink));
            case JqTerm.Attempt attempt -> attempt(attempt, input, path, env, sink);
            case JqTerm.Pipe(var left, var right) ->
                    eval(left, input, path, env, (v, at) -> eval(right, v, at, env, sink));
            case JqTerm.Comma(var left, var right) -> {
                eval(left, input, path, env, sink);
                eval(right, input, path, env, sink);
            }
            case JqTerm.Negation(var operand) ->
                    eval(
                            operand,
                            input,
                            null,
                            env,
                            (v, _) -> sink.accept(JqFunctions.arithmetic("*", -1, v, meter), null));
            case JqTerm.Binary binary -> binary(binary, input, path, env, sink);
            case JqTerm.ListOf(var elements) ->
                    sink.accept(
                            elements == null ? new ArrayList<>() : all(elements, input, env), null);
            case JqTerm.ObjectOf(var members) ->
                    object(members, 0, new LinkedHashMap<>(), input, env, sink);
            case JqTerm.If choice ->
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
            case JqTerm.As(var source, var name, var body) ->
                    eval(
                            source,
                            input,
                            null,
                            env,
                            (v, _) -> eval(body, input, path, new JqEnv.Value(name, v, env), sink));
            case JqTerm.Reduce reduce -> {
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
                                                new JqEnv.Value(reduce.variable(), v, env)));
                sink.accept(state[0], null);
            }
            case JqTerm.Foreach loop -> {
                @Nullable Object[] state = new @Nullable Object[] {one(loop.start(), input, env)};
                eval(
                        loop.source(),
                        input,
                        null,
                        env,
                        (v, _) -> {
                            var inner = new JqEnv.Value(loop.variable(), v, env);
                            state[0] = last(loop.update(), state[0], inner);
                            if (loop.extract() == null) {
                                sink.accept(state[0], null);
                            } else {
                                eval(loop.extract(), state[0], null, inner, sink);
                            }
                        });
            }
            case JqTerm.Define(var function, var body) ->
                    eval(body, input, path, new JqEnv.Definition(function, env), sink);
            case JqTerm.Call(var name, var arguments) ->
                    call(name, arguments, input, path, env, sink);
        }
    }

    // --- results --------------------------------------------------------------------------------

    List<@Nullable Object> all(JqTerm term, @Nullable Object input, JqEnv env) {
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

    @Nullable Object one(JqTerm term, @Nullable Object input, JqEnv env) {
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

    @Nullable Object last(JqTerm term, @Nullable Object input, JqEnv env) {
        @Nullable Object[] results = new @Nullable Object[1];
        eval(term, input, null, env, (v, _) -> results[0] = v);
        return results[0];
    }

    // --- structure ------------------------------------------------------------------------------

    private @Nullable Object slice(
            JqTerm.Slice slice, @Nullable Object value, @Nullable Object input, JqEnv env) {
        if (value == null) {
            return null;
        }
        if (!(value instanceof List) && !(value instanceof String)) {
            throw new JqError("Cannot index %s with object".formatted(JqFunctions.type(value)));
        }
        int size = Values.size(value);
        int from = slice.from() == null ? 0 : JqPath.bound(one(slice.from(), input, env), size, 0);
        int to = slice.to() == null ? size : JqPath.bound(one(slice.to(), input, env), size, size);
        meter.chars(size);
        if (value instanceof String text) {
            return from < to ? text.substring(from, to) : "";
        }
        return from < to ? new ArrayList<>(((List<?>) value).subList(from, to)) : new ArrayList<>();
    }

    void each(@Nullable Object value, @Nullable JqPath path, Sink sink) {
        switch (value) {
            case Map<?, ?> map -> {
                for (var entry : map.entrySet()) {
                    meter.step();
                    sink.accept(
                            JqPath.plain(entry.getValue()),
                            path == null ? null : path.then(entry.getKey()));
                }
            }
            case List<?> list -> {
                int i = 0;
                for (var element : list) {
                    meter.step();
                    sink.accept(JqPath.plain(element), path == null ? null : path.then(i));
                    i++;
                }
            }
            case null, default ->
                    throw new JqError("Cannot iterate over " + JqFunctions.type(value));
        }
    }

    void recurse(@Nullable Object value, @Nullable JqPath path, Sink sink) {
        meter.step();
        sink.accept(value, path);
        if (value instanceof Map || value instanceof List) {
            each(value, path, (inner, at) -> recurse(inner, at, sink));
        }
    }

    private void object(
            List<JqTerm.Member> members,
            int index,
            Map<String, @Nullable Object> made,
            @Nullable Object input,
            JqEnv env,
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
            JqTerm.Interpolation text,
            int index,
            String made,
            @Nullable Object input,
            JqEnv env,
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
                            part instanceof JqTerm.Literal || text.format() == null
                                    ? JqFunctions.text(value)
                                    : JqFunctions.format(text.format(), value, meter);
                    meter.chars((long) made.length() + inserted.length());
                    interpolate(text, index + 1, made + inserted, input, env, sink);
                });
    }

    private void attempt(
            JqTerm.Attempt attempt,
            @Nullable Object input,
            @Nullable JqPath path,
            JqEnv env,
            Sink sink) {
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
            eval(attempt.handler(), caught.value(), null, env, sink);
        }
    }

    record Result(@Nullable Object value, @Nullable JqPath path) {}

    // --- operators ------------------------------------------------------------------------------

    private void binary(
            JqTerm.Binary binary,
            @Nullable Object input,
            @Nullable JqPath path,
            JqEnv env,
            Sink sink) {
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

    @Nullable Object update(
            JqTerm target, @Nullable Object input, JqEnv env, JqPath.Change change) {
        var result = input;
        for (List<@Nullable Object> keys : paths(target, input, env)) {
            result = JqPath.set(result, keys, 0, change, meter);
        }
        return result;
    }

    List<List<@Nullable Object>> paths(JqTerm term, @Nullable Object input, JqEnv env) {
        var paths = new ArrayList<List<@Nullable Object>>();
        eval(
                term,
                input,
                JqPath.ROOT,
                env,
                (_, path) -> {
                    if (path == null) {
                        throw new JqError("Invalid path expression");
                    }
                    paths.add(path.keys());
                });
        return paths;
    }

    // --- functions ------------------------------------------------------------------------------

    private void call(
            String name,
            List<JqTerm> arguments,
            @Nullable Object input,
            @Nullable JqPath path,
            JqEnv env,
            Sink sink) {
        for (var at = env; !(at instanceof JqEnv.Empty); ) {
            switch (at) {
                case JqEnv.Filter filter -> {
                    if (arguments.isEmpty() && filter.name().equals(name)) {
                        eval(filter.body(), input, path, filter.at(), sink);
                        return;
                    }
                    at = filter.outer();
                }
                case JqEnv.Definition definition -> {
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
                case JqEnv.Value value -> at = value.outer();
                case JqEnv.Empty _ -> throw new IllegalStateException();
            }
        }
        filters.call(name, arguments, input, path, env, sink);
    }

    private void apply(
            JqTerm.Function function,
            JqEnv inner,
            List<JqTerm> arguments,
            int index,
            JqEnv.Definition definition,
            @Nullable Object input,
            @Nullable JqPath path,
            JqEnv env,
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
                                    new JqEnv.Value(parameter.substring(1), v, inner),
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
                    new JqEnv.Filter(parameter, argument, env, inner),
                    arguments,
                    index + 1,
                    definition,
                    input,
                    path,
                    env,
                    sink);
        }
    }
}
