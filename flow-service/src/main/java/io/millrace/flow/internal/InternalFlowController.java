// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.internal;

import io.millrace.flow.flows.FlowProperties;
import io.millrace.flow.internal.StoredFlows.Newest;
import io.millrace.flow.internal.StoredFlows.Stored;
import io.millrace.flow.settings.NamespaceRules;
import io.millrace.flow.settings.NamespaceSettings;
import io.millrace.flow.settings.SettingsStore;
import io.millrace.model.Flow.PluginDefault;
import io.millrace.model.TypeRules;
import io.millrace.model.WorkerGroup;
import io.millrace.model.yaml.TypeCatalog;
import io.millrace.platform.problem.ServiceException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Flows as other services see them.
@RestController
@RequestMapping("/internal/flows")
class InternalFlowController {
    private static final int MAX_KEYS = 10_000;
    private static final int MAX_PAGE = 1_000;

    private final StoredFlows flows;
    private final SettingsStore settings;
    private final List<PluginDefault> defaults;
    private final TypeCatalog catalog;

    InternalFlowController(
            StoredFlows flows,
            SettingsStore settings,
            FlowProperties properties,
            TypeCatalog catalog) {
        this.flows = flows;
        this.catalog = catalog;
        this.settings = settings;
        this.defaults = properties.defaults();
    }

    /// A revision of a flow, which never changes, and what its namespace gives to it, which may.
    ///
    /// @param deleted whether the revision says that the flow was deleted
    /// @param pluginDefaults of the namespace, those above it and the installation, the nearest
    ///   first, to be applied after the flow's own
    /// @param variables of the namespace and those above it
    /// @param types which types its tasks may be of
    /// @param allowedNamespaces whose flows may use those of the namespace; absent: it doesn't say
    /// @param workerGroup which workers run what says nothing of it; absent: it doesn't say
    record Revision(
            String tenant,
            String namespace,
            String id,
            int revision,
            String source,
            boolean deleted,
            List<PluginDefault> pluginDefaults,
            Map<String, @Nullable Object> variables,
            TypeRules types,
            @Nullable List<String> allowedNamespaces,
            @Nullable WorkerGroup workerGroup) {}

    /// @param generation one more with each change of what namespaces give to flows
    record Settings(long generation) {}

    @GetMapping("/settings")
    Settings settings() {
        return new Settings(settings.generation());
    }

    /// The newest revisions, each at the place of its key; null where there is none.
    @PostMapping("/newest")
    List<@Nullable Newest> newest(@RequestBody List<StoredFlows.Key> keys) {
        if (keys.size() > MAX_KEYS) {
            throw new ServiceException.TooLarge("Expected at most " + MAX_KEYS + " flows");
        }
        return flows.newest(keys);
    }

    /// What was saved or deleted since a former answer's `next`. Nothing that was committed before
    /// the call is missing.
    @GetMapping("/changes")
    StoredFlows.Changes changes(
            @RequestParam(defaultValue = "0") long since,
            @RequestParam(defaultValue = "1000") int limit) {
        return flows.changes(Math.max(0, since), Math.clamp(limit, 1, MAX_PAGE));
    }

    /// @param allowed absent: it doesn't say
    record Users(@Nullable List<String> allowed) {}

    /// Whose flows may use what is in a namespace.
    @GetMapping("/users/{tenant}/{namespace}")
    Users users(@PathVariable String tenant, @PathVariable String namespace) {
        return new Users(NamespaceRules.users(settings.chain(tenant, namespace)));
    }

    @GetMapping("/{tenant}/{namespace}/{id}/{revision}")
    Revision revision(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @PathVariable String id,
            @PathVariable int revision) {
        var key = new StoredFlows.Key(tenant, namespace, id);
        return flows.revision(key, revision)
                .map(f -> revision(f, settings.chain(f.tenant(), f.namespace())))
                .orElseThrow(() ->
                        new ServiceException.NotFound(
                                "Not Found: flow %s/%s/%s at revision %d"
                                        .formatted(tenant, namespace, id, revision)));
    }

    /// All flows at their newest revision, page by page, each beginning after a key.
    @GetMapping
    List<Revision> all(
            @RequestParam(defaultValue = "") String afterTenant,
            @RequestParam(defaultValue = "") String afterNamespace,
            @RequestParam(defaultValue = "") String afterId,
            @RequestParam(defaultValue = "500") int limit) {
        var page =
                flows.after(
                        new StoredFlows.Key(afterTenant, afterNamespace, afterId),
                        Math.clamp(limit, 1, MAX_PAGE));
        var chains =
                settings.chains(
                        page.stream()
                                .map(f -> new SettingsStore.Of(f.tenant(), f.namespace()))
                                .toList());
        return page.stream()
                .map(f ->
                        revision(
                                f,
                                chains.getOrDefault(
                                        new SettingsStore.Of(f.tenant(), f.namespace()),
                                        List.of())))
                .toList();
    }

    private Revision revision(Stored stored, List<NamespaceSettings> chain) {
        return new Revision(
                stored.tenant(),
                stored.namespace(),
                stored.id(),
                stored.revision(),
                stored.source(),
                stored.deleted(),
                Stream.concat(NamespaceSettings.pluginDefaults(chain).stream(), defaults.stream())
                        .toList(),
                NamespaceSettings.variables(chain),
                NamespaceRules.types(chain, catalog.olderNames()),
                NamespaceRules.users(chain),
                NamespaceRules.workerGroup(chain));
    }
}
