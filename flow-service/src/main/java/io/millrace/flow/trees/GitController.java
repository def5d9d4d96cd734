// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.trees;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.millrace.flow.trees.TreeStore.State;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.List;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Namespaces that come from Git: of which commit they are, and what is different.
@RestController
@RequestMapping("/api/v1/{tenant}/git")
class GitController {
    private final Trees trees;
    private final TreeStore store;
    private final Access access;

    GitController(Trees trees, TreeStore store, Access access) {
        this.trees = trees;
        this.store = store;
        this.access = access;
    }

    /// @param pinned whether it stays at this commit until it is released
    /// @param managed whether nothing else may change it
    /// @param flowNamespace of the flow that keeps it so
    record View(
            String namespace,
            String url,
            String branch,
            String commit,
            boolean pinned,
            boolean managed,
            Instant at,
            String executionId,
            String flowNamespace,
            String flowId) {
        private static View of(State state) {
            int slash = state.flow().indexOf('/');
            return new View(
                    state.namespace(),
                    state.origin().url(),
                    state.origin().branch(),
                    state.origin().commit(),
                    state.pinned(),
                    state.managed(),
                    state.at(),
                    state.execution(),
                    state.flow().substring(0, Math.max(0, slash)),
                    state.flow().substring(slash + 1));
        }
    }

    @Operation(summary = "List the namespaces that come from Git")
    @GetMapping
    List<View> list() {
        return store
                .states(
                        Caller.current().tenant(),
                        access.scope(Permission.FLOW_READ).likePatterns())
                .stream()
                .map(View::of)
                .toList();
    }

    @Operation(summary = "Say of which commit a namespace is")
    @GetMapping("/{namespace}")
    View get(@PathVariable String namespace) {
        return View.of(state(namespace, Permission.FLOW_READ));
    }

    @Operation(summary = "Say what of a namespace isn't as Git has it")
    @GetMapping("/{namespace}/drift")
    List<Trees.Drift> drift(@PathVariable String namespace) {
        return trees.drift(Caller.current().tenant(), state(namespace, Permission.FLOW_READ));
    }

    record SyncView(
            long number,
            Instant at,
            String commit,
            String executionId,
            String outcome,
            @JsonRawValue String report) {}

    @Operation(summary = "List what was applied to a namespace from Git, the newest first")
    @GetMapping("/{namespace}/history")
    List<SyncView> history(
            @PathVariable String namespace, @RequestParam(defaultValue = "20") int limit) {
        access.require(Permission.FLOW_READ, namespace);
        return store
                .syncs(Caller.current().tenant(), namespace, Math.clamp(limit, 1, 1_000))
                .stream()
                .map(s ->
                        new SyncView(
                                s.number(),
                                s.at(),
                                s.commit(),
                                s.execution(),
                                s.outcome(),
                                s.report()))
                .toList();
    }

    @Operation(summary = "Let a namespace that was rolled back follow its branch again")
    @DeleteMapping("/{namespace}/pin")
    View unpin(@PathVariable String namespace) {
        state(namespace, Permission.FLOW_UPDATE);
        store.unpin(Caller.current().tenant(), namespace);
        return get(namespace);
    }

    @Operation(summary = "Let others than Git change a namespace")
    @DeleteMapping("/{namespace}/managed")
    View release(@PathVariable String namespace) throws InterruptedException {
        state(namespace, Permission.NAMESPACE_DELETE);
        trees.release(Caller.current().tenant(), namespace, Caller.current().subject());
        return get(namespace);
    }

    private State state(String namespace, Permission permission) {
        access.require(permission, namespace);
        return store.state(Caller.current().tenant(), namespace)
                .orElseThrow(() ->
                        new ServiceException.NotFound(
                                "Not Found: namespace %s doesn't come from Git"
                                        .formatted(namespace)));
    }
}
