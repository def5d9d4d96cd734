// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.grants;

import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.access.Role;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.audit.Difference;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.Paging;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
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

/// Who may do what in a tenant, for its admins; and for everybody, what he may do himself.
@RestController
@RequestMapping("/api/v1/{tenant}")
class BindingsController {
    private final Bindings bindings;
    private final JdbcClient jdbc;
    private final AuditTrail audit;

    BindingsController(Bindings bindings, JdbcClient jdbc, AuditTrail audit) {
        this.bindings = bindings;
        this.jdbc = jdbc;
        this.audit = audit;
    }

    /// To whom: one of `user`, `group` and `serviceAccount` by name; or `type` (`USER` or `GROUP`)
    /// and `externalId`, as Kestra's clients say it.
    record NewBinding(
            @Nullable String user,
            @Nullable String group,
            @Nullable String serviceAccount,
            @Nullable String type,
            @Nullable String externalId,
            @Nullable String role,
            @Nullable String roleId,
            @Nullable String namespace,
            @Nullable String namespaceId) {}

    /// A grant as people read it.
    record GrantView(String role, String namespace, Set<Permission> permissions) {}

    record Me(
            String tenant,
            String subject,
            List<GrantView> grants,
            Set<String> groups,
            @Nullable String tokenId) {}

    @GetMapping("/me")
    Me me() {
        var caller = Caller.current();
        return new Me(
                caller.tenant(),
                caller.subject(),
                caller.grants().stream()
                        .map(g ->
                                new GrantView(
                                        Role.of(g.role()).map(Role::name).orElse(g.role()),
                                        g.namespace(),
                                        g.permissions()))
                        .toList(),
                caller.groups(),
                caller.tokenId());
    }

    record Named(String id, @Nullable String name) {}

    record BoundUser(String id, String username, @Nullable String displayName, String type) {}

    /// A binding, with the names that it uses and those that Kestra's clients know.
    record View(
            UUID id,
            String tenant,
            String kind,
            String name,
            String namespace,
            Named role,
            String type,
            @Nullable Named group,
            @Nullable BoundUser user,
            boolean configured) {}

    private View view(Binding binding) {
        return views(List.of(binding)).getFirst();
    }

    private List<View> views(List<Binding> found) {
        var snapshot = bindings.current();
        var holders = holders(found);
        return found.stream()
                .map(b -> {
                    var role = new Named(b.role(), snapshot.name(b.role()));
                    return view(b, role, holders.getOrDefault(b.id(), Holder.unknown(b)));
                })
                .toList();
    }

    private static View view(Binding b, Named role, Holder holder) {
        boolean group = b.kind() == Binding.Kind.GROUP;
        return new View(
                b.id(),
                b.tenant(),
                b.kind().name(),
                b.name(),
                b.namespace(),
                role,
                group ? "GROUP" : "USER",
                group ? new Named(holder.id(), holder.name()) : null,
                group
                        ? null
                        : new BoundUser(
                                holder.id(),
                                holder.name(),
                                holder.displayName(),
                                b.kind() == Binding.Kind.USER ? "STANDARD" : "SERVICE_ACCOUNT"),
                b.configured());
    }

    /// Who has what a binding gives.
    private record Holder(String id, String name, @Nullable String displayName) {
        private static Holder unknown(Binding b) {
            return new Holder(b.name(), b.name(), null);
        }
    }

    private Map<UUID, Holder> holders(List<Binding> found) {
        var holders = new HashMap<UUID, Holder>();
        jdbc.sql(
                        """
                        select b.id as binding, coalesce(g.id, a.id, u.id, b.name) as id,
                               coalesce(g.name, a.name, u.username, b.name) as name,
                               coalesce(a.name, u.display_name) as display_name
                          from role_binding b
                          left join user_group g on b.kind = 'group'
                           and g.tenant = b.tenant and g.name = b.name
                          left join service_account a on b.kind = 'service-account'
                           and a.id = b.name
                          left join known_user u on b.kind = 'user' and u.subject = b.name
                         where b.id = any(:ids)
                        """)
                .param("ids", found.stream().map(Binding::id).toArray(UUID[]::new))
                .query(row -> {
                    holders.put(
                            row.getObject("binding", UUID.class),
                            new Holder(
                                    row.getString("id"),
                                    row.getString("name"),
                                    row.getString("display_name")));
                });
        return holders;
    }

    /// @param namespace those that hold in it, be it from above; absent: all
    /// @param cursor of the page before, in place of a page's number
    @GetMapping({"/bindings", "/bindings/search"})
    CursorResults<View> list(
            @PathVariable String tenant,
            @RequestParam(defaultValue = "") String namespace,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        return bindings.page(tenant, namespace, paging, cursor).mapAll(this::views);
    }

    @GetMapping("/bindings/{id}")
    ResponseEntity<View> get(@PathVariable String tenant, @PathVariable UUID id) {
        return tagged(HttpStatus.OK, bindings.get(tenant, id));
    }

    private ResponseEntity<View> tagged(HttpStatus status, Binding binding) {
        return ResponseEntity.status(status).eTag(binding.tag()).body(view(binding));
    }

    @PostMapping("/bindings")
    @ResponseStatus(HttpStatus.CREATED)
    ResponseEntity<View> add(@PathVariable String tenant, @RequestBody NewBinding asked) {
        var given = given(tenant, asked);
        var whom = whom(tenant, asked);
        var binding =
                new Binding(
                        UUID.randomUUID(),
                        tenant,
                        whom.kind(),
                        whom.name(),
                        given.role(),
                        given.namespace(),
                        false);
        bindings.change(() -> {
            bindings.add(binding);
            audit.changed(
                    tenant,
                    "binding.create",
                    "binding/" + binding.id(),
                    Difference.of(Map.of(), fields(binding)));
            return true;
        });
        return tagged(HttpStatus.CREATED, binding);
    }

    /// The same one has another role, or the same role elsewhere: at no moment none.
    @PutMapping("/bindings/{id}")
    ResponseEntity<View> change(
            @PathVariable String tenant,
            @PathVariable UUID id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestBody NewBinding asked) {
        var given = given(tenant, asked);
        return tagged(
                HttpStatus.OK,
                bindings.changeKeepingAnAdmin(
                        tenant,
                        () -> {
                            var before =
                                    bindings.replace(
                                            tenant, id, given.role(), given.namespace(), ifMatch);
                            var after =
                                    new Binding(
                                            id,
                                            tenant,
                                            before.kind(),
                                            before.name(),
                                            given.role(),
                                            given.namespace(),
                                            false);
                            audit.changed(
                                    tenant,
                                    "binding.update",
                                    "binding/" + id,
                                    Difference.of(fields(before), fields(after)));
                            return after;
                        }));
    }

    private record Given(String role, String namespace) {}

    /// What a binding gives, if the caller may give it.
    private Given given(String tenant, NewBinding asked) {
        var role = first(asked.role(), asked.roleId());
        var where = first(asked.namespace(), asked.namespaceId());
        var namespace = where == null ? "" : where;
        bindings.checkMayGive(tenant, role, namespace);
        return new Given(Objects.requireNonNull(role), namespace);
    }

    private record Whom(Binding.Kind kind, String name) {}

    private Whom whom(String tenant, NewBinding asked) {
        var external = blankToNull(asked.externalId());
        var user = blankToNull(asked.user());
        var group = blankToNull(asked.group());
        var account = blankToNull(asked.serviceAccount());
        if (external != null) {
            if ("GROUP".equals(asked.type())) {
                group =
                        name(
                                "select name from user_group where tenant = ? and id = ?",
                                tenant,
                                external);
            } else if (isAccount(tenant, external)) {
                account = external;
            } else {
                user = subject(external);
            }
        }
        int given = (user == null ? 0 : 1) + (group == null ? 0 : 1) + (account == null ? 0 : 1);
        if (given != 1) {
            throw new ServiceException.Invalid(
                    "user", "Expected either a user, a group or a service account");
        }
        if (user != null) {
            return new Whom(Binding.Kind.USER, user);
        }
        if (group != null) {
            return new Whom(Binding.Kind.GROUP, group);
        }
        var id = String.valueOf(account);
        return new Whom(
                Binding.Kind.SERVICE_ACCOUNT, isAccount(tenant, id) ? id : accountId(tenant, id));
    }

    private boolean isAccount(String tenant, String id) {
        return jdbc.sql(
                                """
                                select count(*) from service_account
                                 where id = ? and (tenant is null or tenant = ?)
                                """)
                        .params(id, tenant)
                        .query(Integer.class)
                        .single()
                > 0;
    }

    private String accountId(String tenant, String name) {
        return jdbc.sql("select id from service_account where tenant = ? and name = ?")
                .params(tenant, name)
                .query(String.class)
                .optional()
                .orElseThrow(() ->
                        new ServiceException.Invalid(
                                "serviceAccount", "Expected a service account of the tenant"));
    }

    private String name(String sql, String tenant, String id) {
        return jdbc.sql(sql)
                .params(tenant, id)
                .query(String.class)
                .optional()
                .orElseThrow(() ->
                        new ServiceException.Invalid(
                                "externalId", "Expected a group of the tenant"));
    }

    private String subject(String id) {
        return jdbc.sql("select subject from known_user where id = ?")
                .param(id)
                .query(String.class)
                .optional()
                .orElseThrow(
                        () -> new ServiceException.Invalid("externalId", "Expected a known user"));
    }

    private static @Nullable String first(@Nullable String one, @Nullable String other) {
        return blankToNull(one) != null ? one : blankToNull(other);
    }

    private static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }

    @DeleteMapping("/bindings/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(@PathVariable String tenant, @PathVariable UUID id) {
        bindings.changeKeepingAnAdmin(
                tenant,
                () -> {
                    var gone = bindings.remove(tenant, id);
                    audit.changed(
                            tenant,
                            "binding.delete",
                            "binding/" + id,
                            Difference.of(fields(gone), Map.of()));
                    return true;
                });
    }

    private static Map<String, Object> fields(Binding binding) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("kind", binding.kind().id());
        fields.put("name", binding.name());
        fields.put("role", binding.role());
        fields.put("namespace", binding.namespace());
        return fields;
    }
}
