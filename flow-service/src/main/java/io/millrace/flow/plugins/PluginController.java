// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.plugins;

import io.millrace.flow.plugins.PluginGroups.Group;
import io.millrace.model.Input;
import io.millrace.model.schema.FlowSchema;
import io.millrace.model.schema.FlowSchema.Part;
import io.millrace.model.yaml.PluginType;
import io.millrace.model.yaml.TypeCatalog;
import io.millrace.platform.problem.ServiceException;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The types that flows may use, for editors. They are the same for all who are signed in, and
/// change only when the installation does.
@RestController
@RequestMapping("/api/v1/{tenant}/plugins")
class PluginController {
    private static final CacheControl HOUR = CacheControl.maxAge(Duration.ofHours(1)).cachePublic();

    private final TypeCatalog catalog;
    private final FlowSchema schema;
    private final PluginGroups groups;

    PluginController(TypeCatalog catalog) {
        this.catalog = catalog;
        this.schema = new FlowSchema(catalog);
        this.groups = new PluginGroups(catalog);
    }

    @Operation(summary = "List plugins with their types")
    @GetMapping
    List<Group> list() {
        return groups.groups();
    }

    @Operation(summary = "List plugins, and the parts of plugins, with their types")
    @GetMapping("/groups/subgroups")
    List<Group> subgroups() {
        return groups.subgroups();
    }

    @Operation(summary = "Get the icons of types")
    @GetMapping("/icons")
    ResponseEntity<Map<String, Icons.Icon>> icons() {
        return cached(Icons.ofTypes(catalog));
    }

    @Operation(summary = "Get the icons of plugins")
    @GetMapping("/icons/groups")
    ResponseEntity<Map<String, Icons.Icon>> groupIcons() {
        return cached(Icons.ofGroups(groups.subgroups()));
    }

    /// @param type `flow`, `task`, `trigger`, `condition`, `input` or `plugindefault`
    /// @param arrayOf whether the schema is of a list of these
    @Operation(summary = "Get the JSON Schema (2020-12) of the flow language, or a part of it")
    @GetMapping("/schemas/{type}")
    ResponseEntity<Map<String, Object>> schema(
            @PathVariable String type, @RequestParam(defaultValue = "false") boolean arrayOf) {
        return cached(schema.of(part(type), arrayOf));
    }

    private static Part part(String type) {
        try {
            return Part.valueOf(type.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ServiceException.NotFound("Not Found: schema of " + type);
        }
    }

    /// A type of input.
    ///
    /// @param cls the name that Kestra's clients know it by
    record InputType(String type, String cls) {}

    @Operation(summary = "List the types of inputs")
    @GetMapping("/inputs")
    List<InputType> inputs() {
        return Arrays.stream(Input.Type.values())
                .map(type ->
                        new InputType(
                                type.name(),
                                "io.kestra.core.models.flows.input."
                                        + camel(type.name())
                                        + "Input"))
                .toList();
    }

    private static String camel(String name) {
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }

    @Operation(summary = "Get the documentation of a type of input")
    @GetMapping("/inputs/{type}")
    ResponseEntity<Documentation> input(@PathVariable String type) {
        var known =
                Arrays.stream(Input.Type.values())
                        .filter(t -> t.name().equalsIgnoreCase(type))
                        .findFirst()
                        .orElseThrow(() ->
                                new ServiceException.NotFound("Not Found: input type " + type));
        var properties = schema.definitions().get("input." + known);
        return cached(
                new Documentation(
                        Markdown.input(known, properties),
                        new Schema(properties, Map.of(), schema.definitions())));
    }

    /// What a type is, for people and for editors.
    record Documentation(String markdown, Schema schema) {}

    record Schema(@Nullable Object properties, Object outputs, Object definitions) {}

    /// @param all whether the properties that all tasks or triggers have are listed as well
    @Operation(summary = "Get the documentation of a type")
    @GetMapping("/{cls}")
    ResponseEntity<Documentation> documentation(
            @PathVariable String cls, @RequestParam(defaultValue = "false") boolean all) {
        var type = find(cls);
        var properties = new LinkedHashMap<String, Object>();
        properties.put("$schema", FlowSchema.DIALECT);
        properties.putAll(schema.of(type));
        if (!all) {
            properties.remove("allOf");
        }
        return cached(
                new Documentation(
                        Markdown.of(type),
                        new Schema(properties, outputs(type), schema.definitions())));
    }

    private static Map<String, Object> outputs(PluginType type) {
        var properties = new LinkedHashMap<String, Object>();
        type.outputs()
                .forEach((name, output) -> {
                    var described = new LinkedHashMap<String, Object>();
                    if (!output.title().isEmpty()) {
                        described.put("title", output.title());
                    }
                    var json = Markdown.jsonType(output.shape());
                    if (!json.isEmpty()) {
                        described.put("type", json);
                    }
                    properties.put(name, described);
                });
        return Map.of("type", "object", "properties", properties);
    }

    /// The versions of a type: the one that is installed.
    record Versions(String type, List<String> versions) {}

    @Operation(summary = "List the versions of a type")
    @GetMapping("/{cls}/versions")
    Versions versions(@PathVariable String cls) {
        return new Versions(find(cls).name(), List.of(PluginGroups.VERSION));
    }

    @Operation(summary = "Get the documentation of a version of a type")
    @GetMapping("/{cls}/versions/{version}")
    ResponseEntity<Documentation> versionDocumentation(
            @PathVariable String cls,
            @PathVariable String version,
            @RequestParam(defaultValue = "false") boolean all) {
        if (!version.equals(PluginGroups.VERSION) && !version.equalsIgnoreCase("latest")) {
            throw new ServiceException.NotFound(
                    "Not Found: version %s of %s".formatted(version, cls));
        }
        return documentation(cls, all);
    }

    private PluginType find(String cls) {
        return catalog.type(cls)
                .orElseThrow(() -> new ServiceException.NotFound("Not Found: type " + cls));
    }

    private static <T> ResponseEntity<T> cached(T body) {
        return ResponseEntity.ok().cacheControl(HOUR).body(body);
    }
}
