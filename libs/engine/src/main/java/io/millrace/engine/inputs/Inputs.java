// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine.inputs;

import io.millrace.engine.inputs.Resolution.Resolved;
import io.millrace.engine.inputs.Resolution.Violation;
import io.millrace.engine.inputs.Resolution.Violations;
import io.millrace.expressions.Encrypted;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.Formats;
import io.millrace.expressions.RenderContext;
import io.millrace.expressions.Truthiness;
import io.millrace.model.Input;
import io.millrace.model.Input.Option;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Types and checks the inputs of one execution (or of a task that is resumed).
///
/// An input is resolved after those it depends on, so that its condition, default and options can
/// read them as `inputs`. All that is wrong is told at once.
public final class Inputs {

    private static final int MAX_SHOWN = 500;

    /// `nsfile:///path` is a file of the flow's namespace, `nsfile://company.team/path` of another.
    private static final String NAMESPACE_FILE = "nsfile://";

    /// How far an input is.
    private enum Progress {
        UNDER_WAY,
        ENABLED,
        DISABLED
    }

    private final Map<String, Input> byId = new LinkedHashMap<>();
    private final Map<String, Progress> progress = new HashMap<>();
    private final Map<String, ?> given;
    private final Expressions expressions;
    private final RenderContext context;
    private final @Nullable Sealer sealer;
    private final @Nullable SecretDefaults secretDefaults;
    private final Map<String, @Nullable Object> resolved = new LinkedHashMap<>();
    private final List<Violation> violations = new ArrayList<>();
    private final Set<String> byDefault = new HashSet<>();

    private Inputs(
            List<Input> inputs,
            Map<String, ?> given,
            Expressions expressions,
            RenderContext context,
            @Nullable Sealer sealer,
            @Nullable SecretDefaults secretDefaults) {
        inputs.forEach(input -> byId.put(input.id(), input));
        this.given = given;
        this.expressions = expressions;
        this.context = context;
        this.sealer = sealer;
        this.secretDefaults = secretDefaults;
    }

    /// @param given raw values by id: `a.b` is found as `a.b` or as `b` in `a`; values may be
    ///   texts, as forms give them, or typed; unknown ones are ignored
    /// @param context the variables that defaults, conditions and options may read besides `inputs`
    public static Resolution resolve(
            List<Input> inputs,
            Map<String, ?> given,
            Expressions expressions,
            RenderContext context) {
        return new Inputs(inputs, given, expressions, context, null, null).resolve();
    }

    /// Like the other one, with an [Encrypted] in place of each secret.
    ///
    /// @param sealer encrypts secret inputs
    public static Resolution resolve(
            List<Input> inputs,
            Map<String, ?> given,
            Expressions expressions,
            RenderContext context,
            Sealer sealer) {
        return new Inputs(inputs, given, expressions, context, sealer, null).resolve();
    }

    /// Like the first one, with an [Encrypted] in place of each default that reads secrets.
    ///
    /// @param secretDefaults renders them
    public static Resolution resolve(
            List<Input> inputs,
            Map<String, ?> given,
            Expressions expressions,
            RenderContext context,
            SecretDefaults secretDefaults) {
        return new Inputs(inputs, given, expressions, context, null, secretDefaults).resolve();
    }

    /// What would become of each input, for a form that is being filled in. Secrets are masked.
    public static List<Inspected> inspect(
            List<Input> inputs,
            Map<String, ?> given,
            Expressions expressions,
            RenderContext context) {
        return new Inputs(inputs, given, expressions, context, null, null).inspect();
    }

    /// One value as the type that it is declared with, for what isn't an input but has its types.
    ///
    /// @throws IllegalArgumentException if it isn't of that type
    public static @Nullable Object typed(Input.Type type, Object value) {
        try {
            return InputValues.parse(type, null, value);
        } catch (InputViolation e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private Resolution resolve() {
        byId.values().forEach(this::resolve);
        if (!violations.isEmpty()) {
            return new Violations(violations);
        }
        var secrets = new LinkedHashSet<String>();
        // In the order of the flow, whatever depends on what.
        var ordered = new LinkedHashMap<String, @Nullable Object>();
        for (var input : byId.values()) {
            if (!resolved.containsKey(input.id())) {
                continue;
            }
            var value = resolved.get(input.id());
            if (input.type() == Input.Type.SECRET && value != null) {
                secrets.add(input.id());
                value = sealed(value);
            }
            put(ordered, input.id(), value);
        }
        return new Resolved(ordered, secrets);
    }

    private Object sealed(Object secret) {
        return sealer == null || Encrypted.is(secret)
                ? secret
                : Encrypted.of(sealer.seal(InputValues.text(secret)));
    }

    private List<Inspected> inspect() {
        byId.values().forEach(this::resolve);
        var all = new ArrayList<Inspected>();
        for (var input : byId.values()) {
            var errors =
                    violations.stream()
                            .filter(v -> v.input().equals(input.id()))
                            .map(Violation::message)
                            .collect(Collectors.toCollection(ArrayList::new));
            boolean enabled = progress.get(input.id()) == Progress.ENABLED;
            List<Option> options = List.of();
            Object prefill = null;
            if (enabled) {
                try {
                    prefill = prefill(input);
                } catch (ExpressionException e) {
                    errors.add("Cannot render 'prefill'. Cause: " + e.getMessage());
                }
                try {
                    options = options(input);
                } catch (InputViolation | ExpressionException e) {
                    if (errors.isEmpty()) {
                        errors.add(String.valueOf(e.getMessage()));
                    }
                }
            }
            var value = resolved.get(input.id());
            all.add(
                    new Inspected(
                            input,
                            input.type() == Input.Type.SECRET && value != null
                                    ? Encrypted.MASK
                                    : Encrypted.masked(value),
                            Encrypted.masked(prefill),
                            options,
                            enabled,
                            byDefault.contains(input.id()),
                            errors));
        }
        return all;
    }

    /// What the form shows at first, of the input's type where it is one of those: the options of a
    /// selection, say, are a list, however they came to be.
    private @Nullable Object prefill(Input input) {
        var prefill = expressions.compileTree(input.prefill());
        if (prefill.isConstant()) {
            return input.prefill();
        }
        var rendered = prefill.render(withInputs());
        if (rendered == null) {
            return null;
        }
        try {
            return InputValues.parse(input.type(), input.rules().itemType(), rendered);
        } catch (InputViolation _) {
            return rendered;
        }
    }

    private Progress resolve(Input input) {
        var known = progress.get(input.id());
        if (known != null) {
            return known;
        }
        progress.put(input.id(), Progress.UNDER_WAY);
        Object raw = null;
        var result = Progress.DISABLED;
        try {
            if (isEnabled(input)) {
                result = Progress.ENABLED;
                raw = raw(input);
                resolved.put(input.id(), value(input, raw));
            }
        } catch (InputViolation e) {
            violations.add(violation(input, raw, String.valueOf(e.getMessage())));
        } catch (ExpressionException e) {
            violations.add(violation(input, raw, String.valueOf(e.getMessage())));
        }
        progress.put(input.id(), result);
        return result;
    }

    private static Violation violation(Input input, @Nullable Object raw, String message) {
        var shown = InputValues.text(raw);
        if (input.type() == Input.Type.SECRET && raw != null) {
            shown = "******";
        } else if (shown.length() > MAX_SHOWN) {
            shown = shown.substring(0, MAX_SHOWN) + "…";
        }
        return new Violation(
                input.id(),
                "Invalid input for `%s`, %s, but received `%s`"
                        .formatted(input.id(), message, shown));
    }

    private boolean isEnabled(Input input) {
        var dependsOn = input.dependsOn();
        if (dependsOn == null) {
            return true;
        }
        for (var id : dependsOn.inputs()) {
            var dependency = byId.get(id);
            if (dependency == null) {
                throw new InputViolation("it depends on the unknown input `%s`".formatted(id));
            }
            switch (resolve(dependency)) {
                case ENABLED -> {}
                case DISABLED -> {
                    return false;
                }
                case UNDER_WAY ->
                        throw new InputViolation(
                                "it depends on itself by way of `%s`".formatted(id));
            }
        }
        var condition = dependsOn.condition();
        return condition == null
                || Truthiness.isTruthy(expressions.render(condition, withInputs()));
    }

    /// What was given, else the default, else the first option if that is to be selected.
    private @Nullable Object raw(Input input) {
        var value = find(given, input.id());
        if (value != null && !(isBlank(value) && blankIsNothing(input.type()))) {
            return value;
        }
        if (input.defaults() != null) {
            byDefault.add(input.id());
            return byDefault(input);
        }
        if (input.rules().autoSelectFirst()) {
            var options = options(input);
            if (options.isEmpty()) {
                return null;
            }
            byDefault.add(input.id());
            var first = options.getFirst().value();
            return input.type() == Input.Type.MULTISELECT ? List.of(first) : first;
        }
        return null;
    }

    private @Nullable Object byDefault(Input input) {
        var defaults = expressions.compileTree(input.defaults());
        if (input.type() != Input.Type.SECRET) {
            return defaults.render(withInputs());
        }
        if (secretDefaults != null && defaults.reads().functions().contains("secret")) {
            return secretDefaults.sealed(input.id(), inputs());
        }
        return defaults.render(withInputs().withFunctions(context.functions()));
    }

    private static boolean isBlank(Object value) {
        return value instanceof String text && text.isBlank();
    }

    /// A form sends an empty text for a field that was left empty.
    private static boolean blankIsNothing(Input.Type type) {
        return switch (type) {
            case STRING, SECRET, EMAIL -> false;
            case INT, FLOAT, BOOL, DATETIME, DATE, TIME, DURATION, FILE -> true;
            case JSON, YAML, ION, URI, ARRAY, SELECT, MULTISELECT -> true;
        };
    }

    private @Nullable Object value(Input input, @Nullable Object raw) {
        if (raw == null) {
            if (input.required()) {
                throw new InputViolation("missing required input");
            }
            return null;
        }
        var given =
                input.type() == Input.Type.FILE
                                && raw instanceof String uri
                                && uri.startsWith(NAMESPACE_FILE)
                        ? stored(uri)
                        : raw;
        var value = InputValues.parse(input.type(), input.rules().itemType(), given);
        if (value != null && Encrypted.is(value)) {
            if (sealer != null && !sealer.opens(Encrypted.ciphertext(value))) {
                throw new InputViolation("it is encrypted for somebody else");
            }
        } else if (value != null) {
            InputRules.check(input, value, options(input).stream().map(Option::value).toList());
        }
        return value;
    }

    /// Where a file of a namespace lies in the internal storage.
    private String stored(String uri) {
        var rest = uri.substring(NAMESPACE_FILE.length());
        int slash = rest.indexOf('/');
        if (slash < 0 || slash == rest.length() - 1) {
            throw new InputViolation("Expected a URI like nsfile:///path");
        }
        var namespace = slash == 0 ? null : rest.substring(0, slash);
        return context.functions().fileUri(rest.substring(slash + 1), namespace);
    }

    private List<Option> options(Input input) {
        var expression = input.rules().expression();
        if (expression == null) {
            return input.rules().values();
        }
        @Nullable Object value;
        try {
            value = expressions.compile(expression).evaluate(withInputs());
        } catch (ExpressionException e) {
            throw new InputViolation("Cannot render 'expression'. Cause: " + e.getMessage());
        }
        if (!(listed(value) instanceof Collection<?> all)) {
            throw new InputViolation(
                    "Invalid expression result. Expected a list of strings, but received "
                            + (value == null ? "<null>" : value.getClass().getSimpleName()));
        }
        return all.stream().filter(Objects::nonNull).map(Inputs::option).toList();
    }

    private static Option option(Object one) {
        if (!(one instanceof Map<?, ?> map)) {
            return Option.of(InputValues.text(one));
        }
        var value = map.get("value");
        if (value == null) {
            throw new InputViolation("A value that can be selected has no `value`");
        }
        var label = map.get("label");
        return new Option(InputValues.text(value), InputValues.text(label == null ? value : label));
    }

    private static @Nullable Object listed(@Nullable Object value) {
        if (!(value instanceof String text)) {
            return value;
        }
        try {
            return Formats.json(text);
        } catch (ExpressionException _) {
            return value;
        }
    }

    private Map<String, @Nullable Object> inputs() {
        var inputs = new LinkedHashMap<String, @Nullable Object>();
        resolved.forEach((id, value) -> put(inputs, id, value));
        return inputs;
    }

    private RenderContext withInputs() {
        var variables = new HashMap<String, @Nullable Object>(context.variables());
        variables.put("inputs", inputs());
        return context.withVariables(variables).withFunctions(new NoSecrets(context.functions()));
    }

    private static @Nullable Object find(Map<?, ?> values, String id) {
        if (values.containsKey(id)) {
            return values.get(id);
        }
        int dot = id.indexOf('.');
        return dot > 0 && values.get(id.substring(0, dot)) instanceof Map<?, ?> inner
                ? find(inner, id.substring(dot + 1))
                : null;
    }

    @SuppressWarnings("unchecked") // the maps that are made for dots
    private static void put(
            Map<String, @Nullable Object> inputs, String id, @Nullable Object value) {
        int dot = id.indexOf('.');
        if (dot <= 0 || dot == id.length() - 1) {
            inputs.put(id, value);
            return;
        }
        var name = id.substring(0, dot);
        if (!(inputs.get(name) instanceof LinkedHashMap<?, ?>)) {
            inputs.put(name, new LinkedHashMap<String, @Nullable Object>());
        }
        var inner = inputs.get(name);
        if (inner != null) {
            put((Map<String, @Nullable Object>) inner, id.substring(dot + 1), value);
        }
    }
}
