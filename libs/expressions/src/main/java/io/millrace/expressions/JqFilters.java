// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The builtin functions of jq whose arguments are filters, which they evaluate as often as they
/// like; those of values are in [JqFunctions].
record JqFilters(Jq jq) {

    void call(
            String name,
            List<JqTerm> arguments,
            @Nullable Object input,
            @Nullable JqPath path,
            JqEnv env,
            Jq.Sink sink) {
        switch (name + "/" + arguments.size()) {
            case "empty/0" -> {}
            case "error/0" -> throw new JqError(input);
            case "error/1" -> throw new JqError(jq.one(arguments.get(0), input, env));
            case "not/0" -> sink.accept(!JqFunctions.truth(input), null);
            case "select/1" ->
                    jq.eval(
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
                jq.each(
                        input,
                        null,
                        (v, _) ->
                                jq.eval(arguments.get(0), v, null, env, (r, _) -> results.add(r)));
                sink.accept(results, null);
            }
            case "map_values/1" -> {
                var change = arguments.get(0);
                var target = new JqTerm.Each(new JqTerm.Identity());
                sink.accept(jq.update(target, input, env, old -> jq.one(change, old, env)), null);
            }
            case "recurse/0" -> jq.recurse(input, path, sink);
            case "recurse/1" -> recurseBy(arguments.get(0), input, path, env, sink);
            case "first/1" -> limit(1, arguments.get(0), input, path, env, sink);
            case "limit/2" ->
                    limit(
                            Values.integer(jq.one(arguments.get(0), input, env)),
                            arguments.get(1),
                            input,
                            path,
                            env,
                            sink);
            case "last/1" -> sink.accept(jq.last(arguments.get(0), input, env), null);
            case "nth/2" -> {
                var all = jq.all(arguments.get(1), input, env);
                sink.accept(JqPath.index(all, jq.one(arguments.get(0), input, env)), null);
            }
            case "isempty/1" -> sink.accept(jq.all(arguments.get(0), input, env).isEmpty(), null);
            case "any/1" -> sink.accept(anyOf(input, arguments.get(0), env), null);
            case "all/1" ->
                    sink.accept(
                            !anyOf(
                                    input,
                                    new JqTerm.Pipe(
                                            arguments.get(0), new JqTerm.Call("not", List.of())),
                                    env),
                            null);
            case "range/1", "range/2", "range/3" -> range(arguments, input, env, sink);
            case "until/2" -> {
                var value = input;
                while (!JqFunctions.truth(jq.one(arguments.get(0), value, env))) {
                    jq.meter().step();
                    value = jq.one(arguments.get(1), value, env);
                }
                sink.accept(value, null);
            }
            case "while/2" -> {
                var value = input;
                while (JqFunctions.truth(jq.one(arguments.get(0), value, env))) {
                    jq.meter().step();
                    sink.accept(value, null);
                    value = jq.one(arguments.get(1), value, env);
                }
            }
            case "sort_by/1", "group_by/1", "unique_by/1", "min_by/1", "max_by/1" -> {
                var keyed = new ArrayList<JqFunctions.Keyed>();
                jq.each(
                        input,
                        null,
                        (v, _) ->
                                keyed.add(
                                        new JqFunctions.Keyed(
                                                jq.all(arguments.get(0), v, env), v)));
                sink.accept(JqFunctions.by(name, keyed, jq.meter()), null);
            }
            case "with_entries/1" -> {
                var entries =
                        JqFunctions.value(
                                "to_entries", input, new ArrayList<@Nullable Object>(), jq.meter());
                var changed = new ArrayList<@Nullable Object>();
                jq.each(
                        entries,
                        null,
                        (v, _) ->
                                jq.eval(arguments.get(0), v, null, env, (r, _) -> changed.add(r)));
                sink.accept(
                        JqFunctions.value(
                                "from_entries",
                                changed,
                                new ArrayList<@Nullable Object>(),
                                jq.meter()),
                        null);
            }
            case "path/1" ->
                    jq.paths(arguments.get(0), input, env).forEach(p -> sink.accept(p, null));
            case "paths/0" -> {
                for (var keys : jq.paths(new JqTerm.RecurseAll(), input, env)) {
                    if (!keys.isEmpty()) {
                        sink.accept(keys, null);
                    }
                }
            }
            case "del/1" -> {
                var result = input;
                for (List<@Nullable Object> keys :
                        jq.paths(arguments.get(0), input, env).reversed()) {
                    result = JqPath.delete(result, keys, 0, jq.meter());
                }
                sink.accept(result, null);
            }
            case "delpaths/1" -> {
                var result = input;
                for (var keys : Values.list(jq.one(arguments.get(0), input, env)).reversed()) {
                    result =
                            JqPath.delete(
                                    result, new ArrayList<>(Values.list(keys)), 0, jq.meter());
                }
                sink.accept(result, null);
            }
            case "setpath/2" -> {
                var keys =
                        new ArrayList<@Nullable Object>(
                                Values.list(jq.one(arguments.get(0), input, env)));
                var value = jq.one(arguments.get(1), input, env);
                sink.accept(JqPath.set(input, keys, 0, _ -> value, jq.meter()), null);
            }
            case "getpath/1" -> {
                var value = input;
                var at = path;
                for (var key : Values.list(jq.one(arguments.get(0), input, env))) {
                    value = value == null ? null : JqPath.plain(JqPath.index(value, key));
                    at = at == null ? null : at.then(key);
                }
                sink.accept(value, at);
            }
            case "add/1" ->
                    sink.accept(
                            JqFunctions.value(
                                    "add",
                                    jq.all(arguments.get(0), input, env),
                                    new ArrayList<@Nullable Object>(),
                                    jq.meter()),
                            null);
            case "env/0" -> sink.accept(new LinkedHashMap<>(), null);
            default -> ofValues(name, arguments, new ArrayList<>(), input, env, sink);
        }
    }

    private void ofValues(
            String name,
            List<JqTerm> arguments,
            List<@Nullable Object> values,
            @Nullable Object input,
            JqEnv env,
            Jq.Sink sink) {
        if (values.size() < arguments.size()) {
            jq.eval(
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
        var result = JqFunctions.value(name, input, values, jq.meter());
        if (result instanceof JqFunctions.Several(var all)) {
            all.forEach(one -> sink.accept(one, null));
        } else {
            sink.accept(result, null);
        }
    }

    private boolean anyOf(@Nullable Object input, JqTerm condition, JqEnv env) {
        var found = new boolean[1];
        jq.each(
                input,
                null,
                (v, _) ->
                        jq.eval(
                                condition,
                                v,
                                null,
                                env,
                                (r, _) -> found[0] |= JqFunctions.truth(r)));
        return found[0];
    }

    private void recurseBy(
            JqTerm step, @Nullable Object value, @Nullable JqPath path, JqEnv env, Jq.Sink sink) {
        sink.accept(value, path);
        jq.eval(step, value, path, env, (inner, at) -> recurseBy(step, inner, at, env, sink));
    }

    private void limit(
            long count,
            JqTerm term,
            @Nullable Object input,
            @Nullable JqPath path,
            JqEnv env,
            Jq.Sink sink) {
        if (count <= 0) {
            return;
        }
        var results = new ArrayList<Jq.Result>();
        try {
            jq.eval(
                    term,
                    input,
                    path,
                    env,
                    (v, at) -> {
                        results.add(new Jq.Result(v, at));
                        if (results.size() == count) {
                            throw new Jq.Enough();
                        }
                    });
        } catch (Jq.Enough _) {
            // As many as were wanted.
        }
        results.forEach(result -> sink.accept(result.value(), result.path()));
    }

    private void range(List<JqTerm> arguments, @Nullable Object input, JqEnv env, Jq.Sink sink) {
        double from = arguments.size() == 1 ? 0 : number(arguments.get(0), input, env);
        double to = number(arguments.get(arguments.size() == 1 ? 0 : 1), input, env);
        double by = arguments.size() == 3 ? number(arguments.get(2), input, env) : 1;
        if (by == 0) {
            throw new JqError("range by 0");
        }
        for (double at = from; by > 0 ? at < to : at > to; at += by) {
            jq.meter().step();
            sink.accept(JqFunctions.number(at), null);
        }
    }

    private double number(JqTerm term, @Nullable Object input, JqEnv env) {
        return Values.number(Objects.requireNonNullElse(jq.one(term, input, env), 0)).doubleValue();
    }
}
