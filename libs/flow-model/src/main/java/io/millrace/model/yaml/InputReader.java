// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import io.millrace.model.Input;
import io.millrace.model.Input.DependsOn;
import io.millrace.model.Input.Option;
import io.millrace.model.Input.Rules;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Reads inputs and checks how they depend on each other.
final class InputReader {
    static final Pattern ID = Pattern.compile("^[a-zA-Z0-9][.a-zA-Z0-9_-]*");
    private static final Set<Input.Type> NO_ITEMS =
            Set.of(Input.Type.SECRET, Input.Type.SELECT, Input.Type.MULTISELECT);
    private static final int MAX_VALIDATOR = 1_000;
    private static final Map<String, Input.Type> OLD_TYPES =
            Map.of("BOOLEAN", Input.Type.BOOL, "ENUM", Input.Type.SELECT);

    /// What stands for inputs that belong together: `region` of the form `environment` is the input
    /// `environment.region`.
    private static final String FORM = "FORM";

    List<Input> inputs(Fields owner, String key) {
        var inputs = new LinkedHashMap<Fields, Input>();
        for (var input : owner.maps(key)) {
            if (FORM.equals(input.text("type"))) {
                form(input, inputs);
            } else {
                inputs.put(input, read(input, ""));
            }
        }
        var all = List.copyOf(inputs.values());
        FlowReader.reportDuplicates(owner, key, "input", all, Input::id);
        checkDependencies(owner, key, inputs);
        checkPaths(owner, key, all);
        return all;
    }

    private static void form(Fields form, Map<Fields, Input> inputs) {
        var id = form.requiredText("id", ID, 250);
        form.ignore("displayName", "description", "required");
        form.required("inputs");
        for (var input : form.maps("inputs")) {
            if (FORM.equals(input.text("type"))) {
                input.problem("type", "Forms cannot be nested");
            } else {
                inputs.put(input, read(input, id + "."));
            }
        }
        form.done("an input of type " + FORM);
    }

    /// `a.b` is read within `a`: there can't be both.
    private static void checkPaths(Fields owner, String key, List<Input> inputs) {
        for (var input : inputs) {
            inputs.stream()
                    .filter(other -> other.id().startsWith(input.id() + "."))
                    .forEach(other ->
                            owner.problem(
                                    key,
                                    "Input path '%s' conflicts with '%s'; one cannot be nested"
                                                    .formatted(input.id(), other.id())
                                            + " under the other."));
        }
    }

    /// The type that a property names, by its old name, too.
    static Input.Type type(Fields owner, String key, Input.Type otherwise) {
        var name = owner.text(key);
        var old = name == null ? null : OLD_TYPES.get(name);
        if (name == null || old != null) {
            return old == null ? otherwise : old;
        }
        return Names.find(Input.Type.class, name)
                .orElseGet(() -> {
                    owner.problem(
                            key,
                            "Invalid type: %s. Expected one of %s"
                                    .formatted(
                                            Fields.clip(name),
                                            Arrays.toString(Input.Type.values())));
                    return otherwise;
                });
    }

    /// @param path what the id is put behind
    private static Input read(Fields input, String path) {
        var idKey = input.anyOf("id", "name");
        var id = path + input.requiredText(idKey, ID, 250);
        input.ignore("name");
        input.required("type");
        boolean typed = input.has("type");
        var type = type(input, "type", Input.Type.STRING);
        var displayName = input.text("displayName");
        if (displayName != null && displayName.length() > 64) {
            input.problem("displayName", "size must be between 0 and 64");
        }
        var read =
                new Input(
                        id,
                        type,
                        input.text("description"),
                        displayName,
                        input.flag("required", true),
                        value(input, "defaults", type),
                        value(input, "prefill", type),
                        dependsOn(input.fields("dependsOn")),
                        rules(input, type));
        checkDefaults(input, read);
        if (typed) {
            input.done("an input of type " + type);
        }
        return read;
    }

    private static void checkDefaults(Fields input, Input read) {
        var defaults = read.defaults();
        if (defaults == null) {
            return;
        }
        if (read.prefill() != null) {
            input.problem("prefill", "Inputs with a default value cannot also have a prefill.");
        }
        if (read.type() == Input.Type.FILE && defaults instanceof String uri && !isOwnFile(uri)) {
            input.problem(
                    "defaults",
                    "inputs of type 'FILE' only support `defaults` as local files using a file URI"
                            + " or as namespace files using a nsfile URI");
        }
        LiteralDefaults.fault(read, defaults)
                .ifPresent(why ->
                        input.problem(
                                "defaults",
                                "Invalid default for input '%s': %s".formatted(read.id(), why)));
    }

    /// Files of others would be asked for with the rights of this flow.
    private static boolean isOwnFile(String uri) {
        return Fields.holdsExpression(uri) || !uri.matches("(?i)(https?|ftp|s3|gs):.*");
    }

    /// A value of the input; text stays as it is written (`1.10`, `0123`).
    private static @Nullable Object value(Fields input, String key, Input.Type type) {
        var node = input.get(key);
        boolean isText =
                switch (type) {
                    case STRING, SECRET, EMAIL, DATE, DATETIME, TIME, DURATION, URI, FILE, SELECT ->
                            true;
                    case INT, FLOAT, BOOL, JSON, YAML, ION, ARRAY, MULTISELECT -> false;
                };
        return isText && node instanceof YamlNode.Scalar scalar ? scalar.text() : input.tree(key);
    }

    private static @Nullable DependsOn dependsOn(@Nullable Fields fields) {
        if (fields == null) {
            return null;
        }
        if (!fields.has("inputs")) {
            fields.problem("inputs", "must not be empty");
        }
        var read = new DependsOn(fields.texts("inputs"), fields.text("condition"));
        fields.done("a dependency");
        return read;
    }

    private static Rules rules(Fields input, Input.Type type) {
        return switch (type) {
            case STRING, SECRET, EMAIL -> text(validator(input));
            case INT, FLOAT, DURATION -> range(input, type, "min", "max");
            case DATE, DATETIME, TIME -> range(input, type, "after", "before");
            case FILE ->
                    new Rules(
                            null,
                            null,
                            null,
                            null,
                            null,
                            input.text("extension"),
                            input.texts(input.anyOf("allowedFileExtensions", "accept")),
                            null,
                            List.of(),
                            null,
                            false,
                            false,
                            false);
            case ARRAY -> {
                input.required("itemType");
                yield choice(
                        itemType(input, Input.Type.STRING), List.of(), null, false, false, false);
            }
            case SELECT -> selection(input, null, "values", input.flag("isRadio", false));
            case MULTISELECT ->
                    selection(
                            input,
                            itemType(input, Input.Type.STRING),
                            input.anyOf("values", "options"),
                            false);
            case BOOL, JSON, YAML, ION, URI -> Rules.NONE;
        };
    }

    private static Rules text(@Nullable String validator) {
        return new Rules(
                validator, null, null, null, null, null, List.of(), null, List.of(), null, false,
                false, false);
    }

    private static @Nullable String validator(Fields input) {
        var validator = input.text("validator");
        if (validator != null && validator.length() > MAX_VALIDATOR) {
            input.problem("validator", "size must be between 0 and " + MAX_VALIDATOR);
        } else if (validator != null) {
            try {
                Pattern.compile(validator);
            } catch (PatternSyntaxException e) {
                input.problem(
                        "validator",
                        "invalid pattern [%s] of a regular expression: %s"
                                .formatted(validator, e.getDescription()));
            }
        }
        return validator;
    }

    private static void checkNumber(
            Fields input, String key, @Nullable String text, Input.Type type) {
        if (text == null) {
            return;
        }
        try {
            var number = new BigDecimal(text);
            if (type == Input.Type.INT) {
                number.toBigIntegerExact();
            }
        } catch (ArithmeticException | NumberFormatException _) {
            input.problem(
                    key, "Expected %s but got `%s`".formatted(article(type), Fields.clip(text)));
        }
    }

    private static String article(Input.Type type) {
        return type == Input.Type.INT ? "an integer" : "a number";
    }

    private static Rules range(Fields input, Input.Type type, String low, String high) {
        var least = input.text(low);
        var most = input.text(high);
        boolean numbers = low.equals("min");
        if (type != Input.Type.DURATION && numbers) {
            checkNumber(input, low, least, type);
            checkNumber(input, high, most, type);
        }
        return new Rules(
                null,
                numbers ? least : null,
                numbers ? most : null,
                numbers ? null : least,
                numbers ? null : most,
                null,
                List.of(),
                null,
                List.of(),
                null,
                false,
                false,
                false);
    }

    private static Input.Type itemType(Fields input, Input.Type otherwise) {
        var type = type(input, "itemType", otherwise);
        if (type == Input.Type.ARRAY) {
            input.problem("itemType", "`itemType` cannot be `ARRAY`");
        } else if (NO_ITEMS.contains(type)) {
            input.problem("itemType", "`itemType` cannot be " + type);
        }
        return type;
    }

    private static Rules selection(
            Fields input, Input.@Nullable Type itemType, String valuesKey, boolean isRadio) {
        var values = input.options(valuesKey);
        var expression = input.text("expression");
        if (values.isEmpty() && expression == null) {
            input.problem(valuesKey, "`values` or `expression` must be there");
        } else if (!values.isEmpty() && expression != null) {
            input.problem("expression", "`values` and `expression` can't both be there");
        }
        return choice(
                itemType,
                values,
                expression,
                input.flag("allowCustomValue", false),
                input.flag("autoSelectFirst", false),
                isRadio);
    }

    private static Rules choice(
            Input.@Nullable Type itemType,
            List<Option> values,
            @Nullable String expression,
            boolean allowCustomValue,
            boolean autoSelectFirst,
            boolean isRadio) {
        return new Rules(
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                itemType,
                values,
                expression,
                allowCustomValue,
                autoSelectFirst,
                isRadio);
    }

    private static void checkDependencies(Fields owner, String key, Map<Fields, Input> inputs) {
        var dependencies = new LinkedHashMap<String, List<String>>();
        for (var input : inputs.values()) {
            var dependsOn = input.dependsOn();
            dependencies.put(input.id(), dependsOn == null ? List.of() : dependsOn.inputs());
        }
        inputs.forEach((fields, input) -> {
            var dependsOn = fields.fields("dependsOn");
            if (dependsOn == null) {
                return;
            }
            for (var needed : dependsOn.texts("inputs")) {
                if (!dependencies.containsKey(needed)) {
                    dependsOn
                            .problems()
                            .add(
                                    dependsOn.path("inputs"),
                                    dependsOn.itemPosition("inputs", needed),
                                    "Input with id '%s' depends on a non-existent input '%s'."
                                            .formatted(input.id(), needed));
                }
            }
        });
        var cyclic = Cycles.of(dependencies);
        if (!cyclic.isEmpty()) {
            owner.problem(
                    key,
                    "Cycle dependency detected for input with id '%s': %s"
                            .formatted(cyclic.iterator().next(), cyclic));
        }
    }
}
