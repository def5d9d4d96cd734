// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.namespaces;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.flow.flows.FlowProperties;
import io.millrace.flow.flows.Sources;
import io.millrace.flow.settings.NamespaceRules;
import io.millrace.flow.settings.NamespaceSettings;
import io.millrace.model.Flow.PluginDefault;
import io.millrace.model.TypeRules;
import io.millrace.model.WorkerGroup;
import io.millrace.model.WorkerGroup.Fallback;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.access.TaskReach;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.Paging;
import io.millrace.platform.web.Uploads;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Namespaces over REST. One exists as long as it has settings, or a flow is in it or below it.
@RestController
@RequestMapping("/api/v1/{tenant}/namespaces")
class NamespaceController {
    private static final int MAX_PROPOSED = 1_000;
    private static final int MOST_RULES = 200;

    private final Namespaces namespaces;
    private final FlowProperties properties;
    private final Access access;

    NamespaceController(Namespaces namespaces, FlowProperties properties, Access access) {
        this.namespaces = namespaces;
        this.properties = properties;
        this.access = access;
    }

    /// @param disabled whether nothing may run in it
    /// @param managedBy what alone may change its flows, files and tests
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Namespace(
            String id,
            String tenantId,
            boolean disabled,
            boolean deleted,
            @Nullable String description,
            @Nullable Map<String, @Nullable Object> variables,
            @Nullable List<PluginDefault> pluginDefaults,
            @Nullable List<NamespaceRef> allowedNamespaces,
            @Nullable TaskTypes taskTypes,
            @Nullable WorkerGroup workerGroup,
            @Nullable String managedBy) {}

    /// Which workers run what says nothing of it.
    ///
    /// @param key name of the group; absent: none any more
    /// @param fallback what to do when it has no worker; absent: wait
    record GivenGroup(@Nullable String key, @Nullable Fallback fallback) {
        private Namespaces.GroupChoice choice() {
            if (key == null || key.isBlank()) {
                return new Namespaces.GroupChoice(null);
            }
            if (!key.matches("[a-zA-Z0-9][a-zA-Z0-9_-]{0,62}")) {
                throw new ServiceException.Invalid(
                        "workerGroup.key", "Expected the name of a worker group but got " + key);
            }
            return new Namespaces.GroupChoice(
                    new WorkerGroup(key, Objects.requireNonNullElse(fallback, Fallback.WAIT)));
        }
    }

    /// A namespace with all below it.
    record NamespaceRef(@Nullable String namespace) {}

    /// Patterns of types: a name, or the beginning of one with `*`.
    ///
    /// @param allowed if there are any, flows may use no others
    /// @param forbidden what flows may not use in any case
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record TaskTypes(@Nullable List<String> allowed, @Nullable List<String> forbidden) {
        private static List<String> patterns(String field, @Nullable List<String> given) {
            if (given == null) {
                return List.of();
            }
            if (given.size() > MOST_RULES) {
                throw new ServiceException.Invalid(
                        field, "Expected at most %d types".formatted(MOST_RULES));
            }
            for (var pattern : given) {
                if (pattern == null || !TypeRules.isPattern(pattern)) {
                    throw new ServiceException.Invalid(
                            field,
                            "Expected the name of a type, or the beginning of one with * at its end,"
                                    + " but got "
                                    + pattern);
                }
            }
            return given.stream().map(String::strip).distinct().toList();
        }
    }

    /// What a request says of a namespace; what isn't kept is refused rather than forgotten.
    record Given(
            @Nullable String id,
            @Nullable String description,
            @Nullable Map<String, @Nullable Object> variables,
            @Nullable List<GivenDefault> pluginDefaults,
            @Nullable List<NamespaceRef> allowedNamespaces,
            @Nullable TaskTypes taskTypes,
            @Nullable GivenGroup workerGroup,
            @Nullable Object storageType,
            @Nullable Object storageConfiguration,
            @Nullable Object storageIsolation,
            @Nullable Object secretType,
            @Nullable Object secretConfiguration,
            @Nullable Object secretIsolation,
            @Nullable Object secretReadOnly,
            @Nullable Object sdkDefaultAuthentication) {

        private Namespaces.Given settings() {
            refuse("storageType", storageType);
            refuse("storageConfiguration", storageConfiguration);
            refuse("storageIsolation", storageIsolation);
            refuse("secretType", secretType);
            refuse("secretConfiguration", secretConfiguration);
            refuse("secretIsolation", secretIsolation);
            refuse("secretReadOnly", secretReadOnly);
            refuse("sdkDefaultAuthentication", sdkDefaultAuthentication);
            Map<String, @Nullable Object> none = Map.of();
            return new Namespaces.Given(
                    description,
                    variables == null ? none : variables,
                    pluginDefaults == null
                            ? List.of()
                            : pluginDefaults.stream().map(GivenDefault::toDefault).toList(),
                    new Namespaces.Rules(
                            taskTypes == null
                                    ? null
                                    : TaskTypes.patterns("taskTypes.allowed", taskTypes.allowed()),
                            taskTypes == null
                                    ? null
                                    : TaskTypes.patterns(
                                            "taskTypes.forbidden", taskTypes.forbidden()),
                            users(),
                            workerGroup == null ? null : workerGroup.choice()));
        }

        private @Nullable List<String> users() {
            if (allowedNamespaces == null) {
                return null;
            }
            if (allowedNamespaces.size() > MOST_RULES) {
                throw new ServiceException.Invalid(
                        "allowedNamespaces", "Expected at most %d".formatted(MOST_RULES));
            }
            return allowedNamespaces.stream()
                    .map(ref -> {
                        var name = ref.namespace();
                        if (name == null
                                || !(name.equals(TaskReach.ALL) || Namespaces.isName(name))) {
                            throw new ServiceException.Invalid(
                                    "allowedNamespaces",
                                    "Expected the name of a namespace but got " + name);
                        }
                        return name;
                    })
                    .distinct()
                    .toList();
        }

        private static void refuse(String field, @Nullable Object value) {
            boolean empty =
                    value == null
                            || value.equals(false)
                            || (value instanceof Map<?, ?> map && map.isEmpty())
                            || (value instanceof List<?> list && list.isEmpty());
            if (!empty) {
                throw new ServiceException.Invalid(
                        field, "Namespaces don't have `%s` here".formatted(field));
            }
        }
    }

    /// Values for the properties of a type.
    record GivenDefault(
            @Nullable String type, @Nullable Boolean forced, @Nullable Map<String, Object> values) {

        private PluginDefault toDefault() {
            if (type == null || type.isBlank()) {
                throw new ServiceException.Invalid("pluginDefaults", "Expected a type of each");
            }
            boolean over = Boolean.TRUE.equals(forced);
            return values == null
                    ? new PluginDefault(type, over, Map.of())
                    : new PluginDefault(type, over, values);
        }
    }

    @Operation(summary = "Get a namespace")
    @GetMapping("/{id}")
    ResponseEntity<Namespace> get(@PathVariable String id) {
        access.require(Permission.NAMESPACE_READ, id);
        var settings = namespaces.settings(id);
        if (settings.isEmpty() && !namespaces.exists(id)) {
            throw Namespaces.notFound(id);
        }
        return tagged(id, settings.orElse(null));
    }

    @Operation(summary = "Create a namespace with its settings")
    @PostMapping
    ResponseEntity<Namespace> create(@RequestBody Given given) {
        if (given.id() == null) {
            throw new ServiceException.Invalid("id", "Expected an id");
        }
        return tagged(given.id(), namespaces.create(given.id(), given.settings()));
    }

    @Operation(summary = "Change the settings of a namespace")
    @PutMapping("/{id}")
    ResponseEntity<Namespace> update(
            @PathVariable String id,
            @RequestBody Given given,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false)
                    @Nullable String ifMatch) {
        if (given.id() != null && !given.id().equals(id)) {
            throw new ServiceException.Invalid("id", "Illegal namespace id update");
        }
        return tagged(id, namespaces.update(id, given.settings(), ifMatch));
    }

    @Operation(summary = "Delete a namespace that no flow is in")
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String id) {
        namespaces.delete(id);
    }

    @Operation(summary = "Get the variables that a namespace gets from those above it")
    @GetMapping("/{id}/inherited-variables")
    Map<String, @Nullable Object> inheritedVariables(@PathVariable String id) {
        access.require(Permission.NAMESPACE_READ, id);
        return NamespaceSettings.variables(namespaces.above(id));
    }

    @Operation(summary = "Export the plugin defaults of a namespace as YAML")
    @PostMapping(path = "/{id}/plugindefaults/export", produces = "application/octet-stream")
    byte[] exportDefaults(@PathVariable String id) {
        access.require(Permission.NAMESPACE_READ, id);
        return PluginDefaultsFile.write(
                namespaces.settings(id).map(NamespaceSettings::pluginDefaults).orElse(List.of()));
    }

    /// @return the types that have defaults now
    @Operation(summary = "Replace the plugin defaults of a namespace by those of a YAML file")
    @PostMapping(path = "/{id}/plugindefaults/import", consumes = "multipart/form-data")
    ResponseEntity<List<String>> importDefaults(
            @PathVariable String id,
            HttpServletRequest request,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch)
            throws IOException {
        access.require(Permission.NAMESPACE_UPDATE, id);
        var part = Uploads.file(request, "fileUpload");
        List<PluginDefault> defaults;
        try (var content = part.getInputStream()) {
            defaults =
                    PluginDefaultsFile.read(
                            Sources.read(content, properties.maxSourceBytes()),
                            properties.parserLimits());
        }
        var settings = namespaces.setPluginDefaults(id, defaults, ifMatch);
        return ResponseEntity.ok()
                .eTag(Integer.toString(settings.version()))
                .body(defaults.stream().map(PluginDefault::type).toList());
    }

    private ResponseEntity<Namespace> tagged(String id, @Nullable NamespaceSettings settings) {
        return ResponseEntity.ok()
                .eTag(Integer.toString(settings == null ? 0 : settings.version()))
                .body(
                        new Namespace(
                                id,
                                Caller.current().tenant(),
                                false,
                                false,
                                settings == null ? null : settings.description(),
                                settings == null ? null : settings.variables(),
                                settings == null ? null : settings.pluginDefaults(),
                                settings == null ? null : users(settings.rules()),
                                settings == null ? null : types(settings.rules()),
                                settings == null ? null : settings.rules().workerGroup(),
                                namespaces.manager(id)));
    }

    private static @Nullable List<NamespaceRef> users(NamespaceRules rules) {
        var users = rules.allowedNamespaces();
        return users == null ? null : users.stream().map(NamespaceRef::new).toList();
    }

    private static @Nullable TaskTypes types(NamespaceRules rules) {
        return rules.allowedTypes().isEmpty() && rules.forbiddenTypes().isEmpty()
                ? null
                : new TaskTypes(rules.allowedTypes(), rules.forbiddenTypes());
    }

    /// What applies in a namespace of what those above it allow.
    ///
    /// @param taskTypes what each of them says; a type must be allowed by all
    /// @param allowedNamespaces whose flows may use what is in the namespace, as the nearest above
    ///   says; absent: none says so
    /// @param workerGroup which workers run what says nothing of it, as the nearest above says
    record InheritedRules(
            List<InheritedTypes> taskTypes,
            @Nullable List<NamespaceRef> allowedNamespaces,
            @Nullable WorkerGroup workerGroup) {}

    record InheritedTypes(String namespace, List<String> allowed, List<String> forbidden) {}

    @Operation(summary = "Get what those above a namespace allow")
    @GetMapping("/{id}/inherited-rules")
    InheritedRules inheritedRules(@PathVariable String id) {
        access.require(Permission.NAMESPACE_READ, id);
        var above = namespaces.above(id);
        var users = NamespaceRules.users(above);
        return new InheritedRules(
                NamespaceRules.types(above, Map.of()).levels().stream()
                        .map(l -> new InheritedTypes(l.namespace(), l.allowed(), l.forbidden()))
                        .toList(),
                users == null ? null : users.stream().map(NamespaceRef::new).toList(),
                NamespaceRules.workerGroup(above));
    }

    /// @param cursor of the page before, in place of a page's number
    @GetMapping("/search")
    CursorResults<Namespace> search(
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable String query,
            @RequestParam(defaultValue = "false") boolean existing,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        var text = q == null ? query : q;
        var wanted = text == null ? "" : text.toLowerCase(Locale.ROOT);
        var found = visible(wanted, existing);
        var ordered = ascending(paging) ? found : found.reversed();
        return CursorResults.of(ordered, paging, cursor, Place::of)
                .map(NamespaceController::namespace);
    }

    /// What a field for a namespace proposes.
    ///
    /// @param q part of the name
    /// @param ids those to choose from; absent: all
    /// @param existingOnly whether those that only lie above others are left out
    record Autocomplete(
            @Nullable String q, @Nullable List<String> ids, @Nullable Boolean existingOnly) {}

    @Operation(summary = "Propose namespaces")
    @PostMapping("/autocomplete")
    List<String> autocomplete(@RequestBody Autocomplete asked) {
        var text = asked.q();
        return visible(
                        text == null ? "" : text.toLowerCase(Locale.ROOT),
                        Boolean.TRUE.equals(asked.existingOnly()))
                .stream()
                .filter(name -> asked.ids() == null || asked.ids().contains(name))
                .limit(MAX_PROPOSED)
                .toList();
    }

    /// Values for the properties of a type that a namespace gets from outside.
    ///
    /// @param namespace where they are set; absent for the installation's
    record InheritedDefault(
            String type,
            boolean forced,
            Map<String, @Nullable Object> values,
            @Nullable String namespace) {}

    @Operation(summary = "Get the plugin defaults that apply in a namespace")
    @GetMapping("/{id}/inherited-plugindefaults")
    List<InheritedDefault> inheritedPluginDefaults(@PathVariable String id) {
        access.require(Permission.NAMESPACE_READ, id);
        var inherited = new ArrayList<InheritedDefault>();
        for (var settings : namespaces.above(id)) {
            settings.pluginDefaults()
                    .forEach(d ->
                            inherited.add(
                                    new InheritedDefault(
                                            d.type(), d.forced(), d.values(), settings.id())));
        }
        properties
                .defaults()
                .forEach(d ->
                        inherited.add(
                                new InheritedDefault(d.type(), d.forced(), d.values(), null)));
        return inherited;
    }

    private List<String> visible(String text, boolean existing) {
        return (existing ? namespaces.existing() : namespaces.all())
                .stream()
                        .filter(name -> name.contains(text))
                        .filter(name -> access.allows(Permission.NAMESPACE_READ, name))
                        .toList();
    }

    private static boolean ascending(Paging paging) {
        for (var by : paging.sort()) {
            if (!by.field().equals("id")) {
                throw new ServiceException.Invalid(
                        "sort", "Expected one of [id] in sort but got " + by.field());
            }
        }
        return paging.sort().isEmpty() || paging.sort().getFirst().ascending();
    }

    private static Namespace namespace(String id) {
        return new Namespace(
                id,
                Caller.current().tenant(),
                false,
                false,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
