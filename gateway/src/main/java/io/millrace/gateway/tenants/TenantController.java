// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.tenants;

import io.millrace.gateway.grants.Binding;
import io.millrace.gateway.grants.Bindings;
import io.millrace.gateway.route.RouteTable;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Role;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.audit.Difference;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.NamedRows;
import io.millrace.platform.web.Paging;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Tenants, for operators. An operator makes a tenant and says who its first admins are; what is in
/// it he doesn't see.
@RestController
@RequestMapping("/api/v1/tenants")
class TenantController {
    private final JdbcClient jdbc;
    private final Bindings bindings;
    private final RouteTable routes;
    private final TenantRemoval removal;
    private final AuditTrail audit;

    TenantController(
            JdbcClient jdbc,
            Bindings bindings,
            RouteTable routes,
            TenantRemoval removal,
            AuditTrail audit) {
        this.jdbc = jdbc;
        this.bindings = bindings;
        this.routes = routes;
        this.removal = removal;
        this.audit = audit;
    }

    record Admin(@Nullable String user, @Nullable String group) {}

    /// @param admins who get the role admin in it
    record Asked(@Nullable String id, @Nullable String name, @Nullable List<Admin> admins) {}

    record View(
            String id,
            String name,
            boolean deleted,
            Instant createdAt,
            @Nullable String createdBy) {}

    private static View view(ResultSet row, int number) throws SQLException {
        return new View(
                row.getString("id"),
                row.getString("name"),
                false,
                row.getTimestamp("created_at").toInstant(),
                row.getString("created_by"));
    }

    private View require(String id) {
        return jdbc.sql("select * from tenant where state = 'active' and id = ?")
                .param(id)
                .query(TenantController::view)
                .optional()
                .orElseThrow(() -> new ServiceException.NotFound("Not Found: tenant " + id));
    }

    /// @param cursor of the page before, in place of a page's number
    @GetMapping({"", "/search"})
    CursorResults<View> search(
            @RequestParam(defaultValue = "") String q,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        return new NamedRows(
                        "*",
                        """
                        from tenant
                         where state = 'active' and strpos(lower(id || ' ' || name), lower(:q)) > 0
                        """,
                        List.of("id"),
                        Map.of("q", q))
                .page(
                        jdbc,
                        paging,
                        cursor,
                        TenantController::view,
                        tenant -> Place.of(tenant.id()));
    }

    @GetMapping("/{id}")
    View get(@PathVariable String id) {
        return require(id);
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    View create(@RequestBody Asked asked) {
        var id = asked.id() == null ? "" : asked.id();
        if (!RouteTable.isTenant(id) || routes.isReserved(id)) {
            throw new ServiceException.Invalid(
                    "id",
                    "Expected small letters, digits and dashes, and no word of the API, in id");
        }
        var name = asked.name() == null || asked.name().isBlank() ? id : asked.name().strip();
        bindings.change(() -> {
            int made =
                    jdbc.sql(
                                    """
                                    insert into tenant (id, name, created_by) values (?, ?, ?)
                                        on conflict (id) do nothing
                                    """)
                            .params(id, name, Caller.current().subject())
                            .update();
            if (made == 0) {
                throw new ServiceException.Conflict("There is, or was, a tenant " + id);
            }
            var admins = addAdmins(id, asked.admins());
            audit.changed(
                    id,
                    "tenant.create",
                    "tenant/" + id,
                    Difference.of(Map.of(), Map.of("name", name, "admins", admins)));
            return true;
        });
        return require(id);
    }

    /// Another name, or more admins.
    @PutMapping("/{id}")
    View update(@PathVariable String id, @RequestBody Asked asked) {
        var before = require(id);
        var name =
                Optional.ofNullable(asked.name()).filter(n -> !n.isBlank()).orElse(before.name());
        bindings.change(() -> {
            jdbc.sql("update tenant set name = ? where id = ?").params(name, id).update();
            var admins = addAdmins(id, asked.admins());
            audit.changed(
                    id,
                    "tenant.update",
                    "tenant/" + id,
                    Difference.of(
                            Map.of("name", before.name()), Map.of("name", name, "admins", admins)));
            return true;
        });
        return require(id);
    }

    private List<String> addAdmins(String tenant, @Nullable List<Admin> admins) {
        var added = new ArrayList<String>();
        for (var admin : admins == null ? List.<Admin>of() : admins) {
            var user = admin.user();
            var group = admin.group();
            if ((user == null || user.isBlank()) == (group == null || group.isBlank())) {
                throw new ServiceException.Invalid("admins", "Expected either a user or a group");
            }
            boolean isUser = user != null && !user.isBlank();
            var binding =
                    new Binding(
                            UUID.randomUUID(),
                            tenant,
                            isUser ? Binding.Kind.USER : Binding.Kind.GROUP,
                            String.valueOf(isUser ? user : group),
                            Role.ADMIN.id(),
                            "",
                            false);
            bindings.add(binding);
            added.add(binding.name());
        }
        return added;
    }

    /// Nobody gets in from now on; what is in it is removed in the background.
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String id) {
        require(id);
        if (id.equals(RouteTable.DEFAULT_TENANT)) {
            throw new ServiceException.Refused(
                    "Expected another tenant: paths without a tenant are of this one");
        }
        bindings.change(() -> {
            jdbc.sql("update tenant set state = 'removed', removed_at = now() where id = ?")
                    .param(id)
                    .update();
            jdbc.sql("delete from role_binding where tenant = ? and not configured")
                    .param(id)
                    .update();
            jdbc.sql("delete from service_account where tenant = ?").param(id).update();
            jdbc.sql("delete from user_group where tenant = ?").param(id).update();
            jdbc.sql("delete from invitation where tenant = ?").param(id).update();
            jdbc.sql("delete from custom_role where tenant = ?").param(id).update();
            audit.changed(id, "tenant.delete", "tenant/" + id, Map.of());
            return true;
        });
        removal.wake();
    }
}
