// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.namespaces;

import io.millrace.flow.flows.FlowProperties;
import io.millrace.flow.flows.FlowSearch;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.PagedResults;
import io.millrace.platform.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Namespaces over REST. A namespace exists as long as a flow is in it or below it.
@RestController
@RequestMapping("/api/v1/{tenant}/namespaces")
class NamespaceController {
    private static final int MAX_PROPOSED = 1_000;

    private final FlowSearch flows;
    private final FlowProperties properties;
    private final Access access;

    NamespaceController(FlowSearch flows, FlowProperties properties, Access access) {
        this.flows = flows;
        this.properties = properties;
        this.access = access;
    }

    /// @param disabled whether nothing may run in it
    record Namespace(String id, String tenantId, boolean disabled) {}

    @GetMapping("/{id}")
    Namespace get(@PathVariable String id) {
        access.require(Permission.NAMESPACE_READ, id);
        if (!all().contains(id)) {
            throw new ServiceException.NotFound("Not Found: namespace " + id);
        }
        return namespace(id);
    }

    @GetMapping("/search")
    PagedResults<Namespace> search(
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable String query,
            @RequestParam(defaultValue = "false") boolean existing,
            Paging paging) {
        var text = q == null ? query : q;
        var wanted = text == null ? "" : text.toLowerCase(Locale.ROOT);
        var found = visible(wanted, existing);
        var ordered = ascending(paging) ? found : found.reversed();
        return new PagedResults<>(
                ordered.stream()
                        .skip(paging.offset())
                        .limit(paging.size())
                        .map(NamespaceController::namespace)
                        .toList(),
                found.size());
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
        return properties.defaults().stream()
                .map(d -> new InheritedDefault(d.type(), d.forced(), d.values(), null))
                .toList();
    }

    private List<String> visible(String text, boolean existing) {
        var names = existing ? flows.namespaces(null) : List.copyOf(all());
        return names.stream()
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

    /// Namespaces with flows, and their parents.
    private NavigableSet<String> all() {
        var all = new TreeSet<String>();
        for (var namespace : flows.namespaces(null)) {
            for (int dot = namespace.indexOf('.'); dot > 0; dot = namespace.indexOf('.', dot + 1)) {
                all.add(namespace.substring(0, dot));
            }
            all.add(namespace);
        }
        return all;
    }

    private static Namespace namespace(String id) {
        return new Namespace(id, Caller.current().tenant(), false);
    }
}
