// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.people;

import io.millrace.gateway.grants.Bindings;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.PagedResults;
import io.millrace.platform.web.Paging;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Users: all of them for operators, a tenant's for its admins. They are made by their issuer.
@RestController
class UserController {
    private static final String OF_INSTALLATION = "-";

    private final KnownUsers users;
    private final Bindings bindings;
    private final AuditTrail audit;

    UserController(KnownUsers users, Bindings bindings, AuditTrail audit) {
        this.users = users;
        this.bindings = bindings;
        this.audit = audit;
    }

    record TenantRef(String id, String name) {}

    record AuthRef(String name, String type) {}

    record View(
            String id,
            String username,
            @Nullable String displayName,
            @Nullable String email,
            List<TenantRef> tenants,
            List<AuthRef> auths,
            List<Map<String, String>> groups,
            boolean superAdmin,
            boolean restricted) {}

    private View view(KnownUsers.User user) {
        return new View(
                user.id(),
                user.username(),
                user.displayName(),
                user.email(),
                users.tenants(user.id()).stream().map(t -> new TenantRef(t, t)).toList(),
                List.of(new AuthRef(user.issuer(), "OIDC")),
                user.groups().stream().map(g -> Map.of("id", g)).toList(),
                user.operator(),
                user.restricted());
    }

    private KnownUsers.User require(String id) {
        return users.find(id)
                .orElseThrow(() -> new ServiceException.NotFound("Not Found: user " + id));
    }

    @GetMapping("/api/v1/users")
    PagedResults<View> all(@RequestParam(defaultValue = "") String q, Paging paging) {
        var found = users.search(null, q);
        return new PagedResults<>(
                found.stream()
                        .skip((long) (paging.page() - 1) * paging.size())
                        .limit(paging.size())
                        .map(this::view)
                        .toList(),
                found.size());
    }

    @GetMapping("/api/v1/users/{id}")
    View get(@PathVariable String id) {
        return view(require(id));
    }

    record Restriction(boolean restricted) {}

    /// Who is restricted may do nothing, whatever else he was given.
    @PatchMapping("/api/v1/users/{id}/restricted")
    View restrict(@PathVariable String id, @RequestBody Restriction asked) {
        change(
                id,
                "user.restrict",
                Map.of("restricted", "" + asked.restricted()),
                user -> users.setRestricted(user.id(), asked.restricted()));
        return view(require(id));
    }

    record SuperAdmin(boolean superAdmin) {}

    @PatchMapping("/api/v1/users/{id}/superadmin")
    View operator(@PathVariable String id, @RequestBody SuperAdmin asked) {
        change(
                id,
                "user.operator",
                Map.of("operator", "" + asked.superAdmin()),
                user -> users.setOperator(user.id(), asked.superAdmin()));
        return view(require(id));
    }

    @DeleteMapping("/api/v1/users/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String id) {
        change(id, "user.delete", Map.of(), users::delete);
    }

    /// Ends all that he is signed in to with a browser; his issuer may let him in again.
    @DeleteMapping("/api/v1/users/{id}/refresh-token")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void signOut(@PathVariable String id) {
        change(id, "user.sign-out", Map.of(), users::signOut);
    }

    private void change(
            String id, String action, Map<String, String> details, Consumer<KnownUsers.User> how) {
        var user = require(id);
        bindings.change(() -> {
            how.accept(user);
            audit.changed(OF_INSTALLATION, action, "user/" + user.subject(), details);
            return true;
        });
    }

    record Access(
            String id,
            String username,
            @Nullable String displayName,
            List<Map<String, String>> groups,
            List<AuthRef> auths) {}

    private static Access access(KnownUsers.User user) {
        return new Access(
                user.id(),
                user.username(),
                user.displayName(),
                user.groups().stream().map(g -> Map.of("id", g)).toList(),
                List.of(new AuthRef(user.issuer(), "OIDC")));
    }

    @GetMapping("/api/v1/{tenant}/tenant-access")
    PagedResults<Access> ofTenant(
            @PathVariable String tenant, @RequestParam(defaultValue = "") String q, Paging paging) {
        var found = users.search(tenant, q);
        return new PagedResults<>(
                found.stream()
                        .skip((long) (paging.page() - 1) * paging.size())
                        .limit(paging.size())
                        .map(UserController::access)
                        .toList(),
                found.size());
    }

    /// Takes from a user what he himself was given in the tenant: roles, and groups made here. What
    /// groups of his issuer give stays.
    @DeleteMapping("/api/v1/{tenant}/tenant-access/{userId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void takeAccess(@PathVariable String tenant, @PathVariable String userId) {
        bindings.change(() -> {
            var user =
                    users.find(userId)
                            .filter(u -> users.tenants(u.id()).contains(tenant))
                            .orElseThrow(() ->
                                    new ServiceException.NotFound("Not Found: user " + userId));
            users.leave(user, tenant);
            audit.changed(tenant, "user.take-access", "user/" + user.subject(), Map.of());
            return true;
        });
    }

    record Autocomplete(@Nullable String q, @Nullable List<String> ids) {}

    @PostMapping("/api/v1/{tenant}/tenant-access/autocomplete")
    List<Access> autocomplete(@PathVariable String tenant, @RequestBody Autocomplete asked) {
        var ids = asked.ids();
        return users.search(tenant, asked.q() == null ? "" : asked.q()).stream()
                .filter(u -> ids == null || ids.isEmpty() || ids.contains(u.id()))
                .limit(50)
                .map(UserController::access)
                .toList();
    }
}
