// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import static io.millrace.expressions.Builtin.Lane.UNSAFE;
import static java.util.Locale.ROOT;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Functions of the context: rendering, stores, files, random values.
final class ContextBuiltins {

    private static final String BASE62 =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String NANO_ALPHABET =
            "_-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final int MAX_ID = 1_000;
    private static final int MAX_ALPHABET = 256;

    /// Of all the names that YAML has as a content type.
    private static final Pattern YAML =
            Pattern.compile("(?i)^\\s*(application|text)/(x-|vnd\\.)?yaml\\b");

    private ContextBuiltins() {}

    static List<Builtin> functions() {
        var all = new ArrayList<Builtin>();
        all.addAll(rendering());
        all.addAll(LoopBuiltins.functions());
        all.addAll(stores());
        all.addAll(absent());
        all.addAll(random());
        return all;
    }

    private static List<Builtin> rendering() {
        var render =
                Builtin.of(
                        "render",
                        (_, a, e) -> render(a.get("toRender"), a.flag("recursive", true), e),
                        "toRender",
                        "recursive");
        var renderOnce =
                Builtin.of(
                        "renderOnce", (_, a, e) -> render(a.get("toRender"), false, e), "toRender");
        var context = Builtin.of("printContext", (_, _, e) -> e.context().variables());
        return List.of(
                render.onLane(UNSAFE).readingEverything(),
                renderOnce.onLane(UNSAFE).readingEverything(),
                context.onLane(UNSAFE).readingEverything(),
                context.named("fetchContext").onLane(UNSAFE).readingEverything(),
                Builtin.of("tasksWithState", ContextBuiltins::tasksWithState, "state")
                        .reading("tasks"),
                Builtin.of("env", (_, a, e) -> env(a, e), "name", "default").reading("envs"));
    }

    /// An environment variable that the installation shows to flows; `envs` has their names in
    /// lower case.
    private static @Nullable Object env(Arguments arguments, Evaluation e) {
        var name = arguments.text("name");
        if (e.context().variables().get("envs") instanceof Map<?, ?> envs) {
            var value = envs.get(name) == null ? envs.get(name.toLowerCase(ROOT)) : envs.get(name);
            if (value != null && !Values.text(value).isEmpty()) {
                return value;
            }
        }
        return arguments.get("default");
    }

    private static @Nullable Object render(
            @Nullable Object value, boolean recursive, Evaluation e) {
        if (e.context().recursive()) {
            throw new ExpressionException("Function or Macro [render] does not exist.");
        }
        return switch (value) {
            case String text -> recursive ? untilStable(text, e) : e.renderNested(text);
            case Map<?, ?> map -> {
                var rendered = new LinkedHashMap<@Nullable Object, @Nullable Object>();
                for (var entry : map.entrySet()) {
                    rendered.put(
                            render(entry.getKey(), recursive, e),
                            render(entry.getValue(), recursive, e));
                }
                yield rendered;
            }
            case Collection<?> all -> {
                var rendered = new ArrayList<@Nullable Object>();
                for (var element : all) {
                    rendered.add(render(element, recursive, e));
                }
                yield rendered;
            }
            case null, default -> value;
        };
    }

    private static String untilStable(String text, Evaluation e) {
        var current = text;
        for (int round = 0; round < Recursion.MAX_ROUNDS; round++) {
            var rendered = e.renderNested(current);
            if (rendered.equals(current)) {
                return rendered;
            }
            current = rendered;
        }
        throw Recursion.tooMany();
    }

    private static Object tasksWithState(
            @Nullable Object input, Arguments arguments, Evaluation e) {
        var state = arguments.text("state");
        var found = new ArrayList<Object>();
        if (e.context().variables().get("tasks") instanceof Map<?, ?> tasks) {
            e.meter().elements(tasks.size());
            tasks.forEach((id, task) -> collect(id, task, state, found));
        }
        return found;
    }

    /// A task has a state; a task of a loop has one for each value.
    private static void collect(
            @Nullable Object id, @Nullable Object task, String state, List<Object> found) {
        if (!(task instanceof Map<?, ?> map)) {
            return;
        }
        if (map.get("state") instanceof String own) {
            if (own.equalsIgnoreCase(state)) {
                var entry = new LinkedHashMap<String, @Nullable Object>();
                entry.put("taskId", id);
                map.forEach((name, value) -> entry.put(Values.text(name), value));
                found.add(entry);
            }
            return;
        }
        map.forEach((value, inner) -> {
            if (inner instanceof Map<?, ?> innerMap
                    && state.equalsIgnoreCase(Values.text(innerMap.get("state")))) {
                var entry = new LinkedHashMap<String, @Nullable Object>();
                entry.put("taskId", id);
                entry.put("value", value);
                innerMap.forEach((name, v) -> entry.put(Values.text(name), v));
                found.add(entry);
            }
        });
    }

    private static List<Builtin> stores() {
        return List.of(
                io("secret", (_, a, e) -> secret(a, e), "key", "namespace", "subkey", "full"),
                io(
                        "kv",
                        (_, a, e) ->
                                e.context()
                                        .functions()
                                        .kv(
                                                a.text("key"),
                                                a.optionalText("namespace"),
                                                a.flag("errorOnMissing", true)),
                        "key",
                        "namespace",
                        "errorOnMissing"),
                io(
                        "read",
                        (_, a, e) ->
                                e.context().functions().read(file(a), a.optionalText("namespace")),
                        "path",
                        "namespace",
                        "uri"),
                io(
                        "fileURI",
                        (_, a, e) ->
                                e.context()
                                        .functions()
                                        .fileUri(file(a), a.optionalText("namespace")),
                        "path",
                        "namespace"),
                io(
                        "fileSize",
                        (_, a, e) ->
                                e.context()
                                        .functions()
                                        .fileSize(file(a), a.optionalText("namespace")),
                        "path",
                        "namespace",
                        "uri"),
                io(
                        "fileExists",
                        (_, a, e) ->
                                e.context()
                                        .functions()
                                        .fileExists(file(a), a.optionalText("namespace")),
                        "path",
                        "namespace",
                        "uri"),
                io(
                        "isFileEmpty",
                        (_, a, e) ->
                                e.context()
                                                .functions()
                                                .fileSize(file(a), a.optionalText("namespace"))
                                        == 0,
                        "path",
                        "namespace",
                        "uri"),
                io("errorLogs", (_, _, e) -> new ArrayList<>(e.context().functions().errorLogs())),
                io(
                        "http",
                        ContextBuiltins::http,
                        "uri",
                        "method",
                        "query",
                        "body",
                        "contentType",
                        "headers",
                        "options",
                        "accept"),
                io(
                        "subflow",
                        ContextBuiltins::subflow,
                        "namespace",
                        "id",
                        "inputs",
                        "revision",
                        "labels",
                        "timeout"));
    }

    /// @return the text, or with `full` a map that has it as `value`
    private static Object secret(Arguments arguments, Evaluation e) {
        var subkey = arguments.optionalText("subkey");
        boolean full = arguments.flag("full", false);
        if (full && subkey != null && !subkey.isEmpty()) {
            throw new ExpressionException(
                    "'secret' can't be called with both 'subkey' and 'full' arguments");
        }
        var value =
                e.context()
                        .functions()
                        .secret(arguments.text("key"), arguments.optionalText("namespace"), subkey);
        return full ? new LinkedHashMap<>(Map.of("value", value)) : value;
    }

    /// What there is nothing for in Millrace, so that a flow that asks for it says why it can't.
    private static List<Builtin> absent() {
        return List.of(
                io(
                        "appLink",
                        (_, _, _) -> {
                            throw new ExpressionException(
                                    "'appLink' has nothing to link to: there are no apps");
                        },
                        "appId",
                        "baseUrl"),
                io(
                        "credential",
                        (_, a, _) -> {
                            throw new ExpressionException(
                                    "'credential' doesn't know '%s': keep it as a secret and use secret('…')"
                                            .formatted(a.text("key")));
                        },
                        "key",
                        "namespace"));
    }

    /// A task or trigger would hold its place while it waits for the other flow, so that all places
    /// may end up with tasks that wait.
    private static Object subflow(@Nullable Object input, Arguments arguments, Evaluation e) {
        var variables = e.context().variables();
        if (variables.get("taskrun") != null || variables.get("trigger") != null) {
            throw new ExpressionException(
                    "The 'subflow' function can only be used where the inputs of a flow are"
                            + " rendered, not in tasks or triggers");
        }
        var labels = new LinkedHashMap<String, String>();
        Values.map(arguments.get("labels") == null ? Map.of() : arguments.get("labels"))
                .forEach((key, value) -> labels.put(Values.text(key), Values.text(value)));
        var inputs = new LinkedHashMap<String, @Nullable Object>();
        Values.map(arguments.get("inputs") == null ? Map.of() : arguments.get("inputs"))
                .forEach((key, value) -> inputs.put(Values.text(key), value));
        return e.context()
                .functions()
                .subflow(
                        new ExpressionFunctions.SubflowCall(
                                arguments.text("namespace"),
                                arguments.text("id"),
                                arguments.get("revision") == null
                                        ? null
                                        : (int) arguments.integer("revision"),
                                inputs,
                                labels,
                                timeout(arguments.optionalText("timeout"))));
    }

    private static @Nullable Duration timeout(@Nullable String text) {
        try {
            return text == null ? null : Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new ExpressionException(
                    "'subflow' expects a duration such as PT30S as its timeout but it is '%s'"
                            .formatted(text),
                    e);
        }
    }

    private static Builtin io(String name, Builtin.Body body, String... parameters) {
        return Builtin.of(name, waiting(body), parameters).onLane(UNSAFE);
    }

    /// The time that others take for an answer isn't the expression's; they bound it themselves.
    private static Builtin.Body waiting(Builtin.Body body) {
        return (input, arguments, e) -> {
            long begun = System.nanoTime();
            try {
                return body.call(input, arguments, e);
            } finally {
                e.meter().waited(System.nanoTime() - begun);
            }
        };
    }

    private static String file(Arguments arguments) {
        var file = arguments.text(arguments.has("uri") ? "uri" : "path");
        if (file.contains("../") || file.contains("..\\") || file.endsWith("/..")) {
            throw new ExpressionException("Path must not contain '../'");
        }
        return file;
    }

    private static @Nullable Object http(
            @Nullable Object input, Arguments arguments, Evaluation e) {
        var request = new LinkedHashMap<String, Object>();
        for (var name : arguments.names()) {
            var value = arguments.get(name);
            if (value != null) {
                request.put(name, value);
            }
        }
        arguments.required("uri");
        var body = request.get("body");
        if (body != null
                && !(body instanceof String)
                && YAML.matcher(Values.text(request.get("contentType"))).find()) {
            request.put("body", Yaml.write(body, e));
        }
        return e.context().functions().http(request);
    }

    private static List<Builtin> random() {
        return List.of(
                Builtin.of("uuid", (_, _, e) -> uuid(e.context().random()).toString()),
                Builtin.of("id", (_, _, e) -> text(e.context().random(), BASE62, 22)),
                Builtin.of("ksuid", (_, _, e) -> ksuid(e.context())),
                Builtin.of("nanoId", ContextBuiltins::nanoId, "length", "alphabet"),
                Builtin.of("randomPort", (_, _, e) -> e.context().random().nextInt(1024, 65536)),
                Builtin.of("randomInt", ContextBuiltins::randomInt, "lower", "upper"));
    }

    private static UUID uuid(RandomGenerator random) {
        long high = (random.nextLong() & ~0xf000L) | 0x4000L;
        long low = (random.nextLong() & ~(0xc0L << 56)) | (0x80L << 56);
        return new UUID(high, low);
    }

    private static String text(RandomGenerator random, String alphabet, int length) {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    /// Seconds since 2014-05-13T16:53:20Z and 128 random bits, in 27 digits of base 62.
    private static String ksuid(RenderContext context) {
        var bytes = ByteBuffer.allocate(20);
        bytes.putInt((int) (context.clock().instant().getEpochSecond() - 1_400_000_000L));
        bytes.putLong(context.random().nextLong()).putLong(context.random().nextLong());
        var number = new java.math.BigInteger(1, bytes.array());
        var digits = new StringBuilder();
        for (int i = 0; i < 27; i++) {
            var parts = number.divideAndRemainder(java.math.BigInteger.valueOf(62));
            digits.append(BASE62.charAt(parts[1].intValue()));
            number = parts[0];
        }
        return digits.reverse().toString();
    }

    private static Object nanoId(@Nullable Object input, Arguments arguments, Evaluation e) {
        long length = arguments.get("length") == null ? 21 : arguments.integer("length");
        var alphabet = arguments.optionalText("alphabet");
        if (length < 1 || length > MAX_ID) {
            throw new ExpressionException("'nanoId' expects a length from 1 to " + MAX_ID);
        }
        if (alphabet != null && (alphabet.isEmpty() || alphabet.length() > MAX_ALPHABET)) {
            throw new ExpressionException(
                    "'nanoId' expects an alphabet of 1 to %d characters".formatted(MAX_ALPHABET));
        }
        return text(
                e.context().random(), alphabet == null ? NANO_ALPHABET : alphabet, (int) length);
    }

    private static Object randomInt(@Nullable Object input, Arguments arguments, Evaluation e) {
        long lower = arguments.integer("lower");
        long upper = arguments.integer("upper");
        if (upper < lower) {
            throw new ExpressionException(
                    "'randomInt' expects lower to be at most upper, but it is %d and %d"
                            .formatted(lower, upper));
        }
        return lower == upper ? lower : e.context().random().nextLong(lower, upper);
    }
}
