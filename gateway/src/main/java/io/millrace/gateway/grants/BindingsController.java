// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.grants;

import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.access.Role;
import io.millrace.platform.audit.Audit;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.PagedResults;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Who may do what in a tenant, for its admins; and for everybody, what he may do himself.
@RestController
@RequestMapping("/api/v1/{tenant}")
class BindingsController {
    private final Bindings bindings;
    private final Access access;
    private final Audit audit;

    BindingsController(Bindings bindings, Access access, Audit audit) {
        this.bindings = bindings;
        this.access = access;
        this.audit = audit;
    }

    /// @param user or `group`: one of them
    record NewBinding(
            @Nullable String user,
            @Nullable String group,
            @Nullable String role,
            @Nullable String namespace) {}

    @GetMapping("/me")
    Map<String, Object> me() {
        var caller = Caller.current();
        return Map.of(
                "tenant", caller.tenant(),
                "subject", caller.subject(),
                "grants", caller.grants());
    }

    @GetMapping("/bindings")
    PagedResults<Binding> list(@PathVariable String tenant) {
        access.requireOnTenant(Permission.BINDING_READ);
        var all = bindings.list(tenant);
        return new PagedResults<>(all, all.size());
    }

    @PostMapping("/bindings")
    @ResponseStatus(HttpStatus.CREATED)
    Binding add(@PathVariable String tenant, @RequestBody NewBinding asked) {
        access.requireOnTenant(Permission.BINDING_UPDATE);
        var user = asked.user();
        var group = asked.group();
        if ((user == null || user.isBlank()) == (group == null || group.isBlank())) {
            throw new ServiceException.Invalid("user", "Expected either a user or a group");
        }
        var role =
                Role.of(String.valueOf(asked.role()))
                        .orElseThrow(() ->
                                new ServiceException.Invalid(
                                        "role",
                                        "Expected one of "
                                                + List.of(Role.values()).stream()
                                                        .map(Role::id)
                                                        .toList()
                                                + " in role but got "
                                                + asked.role()));
        var namespace = asked.namespace() == null ? "" : asked.namespace();
        if (!namespace.isEmpty() && !namespace.matches("[a-z0-9][a-zA-Z0-9._-]*")) {
            throw new ServiceException.Invalid("namespace", "Expected a namespace");
        }
        boolean isUser = user != null && !user.isBlank();
        var binding =
                bindings.add(
                        new Binding(
                                UUID.randomUUID(),
                                tenant,
                                isUser ? Binding.Kind.USER : Binding.Kind.GROUP,
                                String.valueOf(isUser ? user : group),
                                role,
                                namespace,
                                false));
        record(tenant, "binding.create", binding.id());
        return binding;
    }

    @DeleteMapping("/bindings/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(@PathVariable String tenant, @PathVariable UUID id) {
        access.requireOnTenant(Permission.BINDING_UPDATE);
        bindings.remove(tenant, id);
        record(tenant, "binding.delete", id);
    }

    private void record(String tenant, String action, UUID id) {
        audit.record(tenant, action, "binding/" + id, "done", Map.of());
    }
}
