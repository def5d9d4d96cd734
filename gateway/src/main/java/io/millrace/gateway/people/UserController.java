// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.people;

import io.millrace.gateway.grants.Bindings;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.audit.Difference;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.Paging;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Users: all of them for operators, a tenant's for its admins. Who they are, and how they prove
/// it, is their issuer's to say.
@RestController
class UserController {
    private static final String OF_INSTALLATION = "-";
    private static final Paging PROPOSED = new Paging(1, 50, List.of());

    private final KnownUsers users;
    private final Bindings bindings;
    private final AuditTrail audit;

    UserController(KnownUsers users, Bindings bindings, AuditTrail audit) {
        this.users = users;
        this.bindings = bindings;
        this.audit = audit;
    }

    record TenantRef(String id, String name) {}

    /// @param id always the same: nobody signs in by two ways
    /// @param name the issuer
    record AuthRef(String id, String name, String type) {}

    /// @param superAdmin whether he himself was named an operator
    /// @param operator whether he runs the installation, be it by a group
    /// @param lastSeen when he last came, to five minutes
    record View(
            String id,
            String username,
            @Nullable String displayName,
            @Nullable String email,
            List<TenantRef> tenants,
            List<AuthRef> auths,
            List<KnownUsers.Group> groups,
            boolean superAdmin,
            boolean operator,
            boolean restricted,
            @Nullable Instant lastSeen) {}

    private View view(KnownUsers.User user) {
        return views(List.of(user)).getFirst();
    }

    private List<View> views(List<KnownUsers.User> found) {
        var ids = found.stream().map(KnownUsers.User::id).toList();
        var tenants = users.tenants(ids);
        var groups = users.groups(ids);
        var current = bindings.current();
        return found.stream()
                .map(user ->
                        new View(
                                user.id(),
                                user.username(),
                                user.displayName(),
                                user.email(),
                                tenants.getOrDefault(user.id(), List.of()).stream()
                                        .map(t -> new TenantRef(t, t))
                                        .toList(),
                                auths(user),
                                groups.getOrDefault(user.id(), List.of()),
                                user.operator(),
                                !user.restricted()
                                        && (user.operator()
                                                || current.isOperator(
                                                        user.subject(), user.groups())),
                                user.restricted(),
                                user.awaited() ? null : user.lastSeen()))
                .toList();
    }

    /// None of who hasn't come yet.
    private static List<AuthRef> auths(KnownUsers.User user) {
        return user.awaited() ? List.of() : List.of(new AuthRef("oidc", user.issuer(), "OIDC"));
    }

    private KnownUsers.User require(String id) {
        return users.find(id)
                .orElseThrow(() -> new ServiceException.NotFound("Not Found: user " + id));
    }

    /// @param cursor of the page before, in place of a page's number
    @GetMapping("/api/v1/users")
    CursorResults<View> all(
            @RequestParam(defaultValue = "") String q,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        return users.search(null, q, List.of(), paging, cursor).mapAll(this::views);
    }

    @GetMapping("/api/v1/users/{id}")
    View get(@PathVariable String id) {
        return view(require(id));
    }

    /// @param tenants ids of those that are to know him; absent: as it is
    /// @param groups ids; absent: as it is
    record Asked(
            @Nullable String email,
            @Nullable String firstName,
            @Nullable String lastName,
            @Nullable String password,
            @Nullable List<String> tenants,
            @Nullable List<String> groups,
            @Nullable Boolean superAdmin,
            @Nullable Boolean restricted) {

        private @Nullable String displayName() {
            var name =
                    Stream.of(firstName, lastName)
                            .filter(n -> n != null && !n.isBlank())
                            .collect(Collectors.joining(" "));
            return name.isEmpty() ? null : name;
        }
    }

    /// Somebody who will come: he is who first signs in with that address, if his issuer vouches
    /// for it.
    @PostMapping("/api/v1/users")
    @ResponseStatus(HttpStatus.CREATED)
    View create(@RequestBody Asked asked) {
        refusePassword(asked.password());
        var email = Invitations.address(asked.email());
        return bindings.change(() -> {
            var user = require(users.await(email, asked.displayName()));
            apply(user, asked);
            audit.changed(OF_INSTALLATION, "user.create", "user/" + email, details(asked));
            return view(require(user.id()));
        });
    }

    /// What is given is set. Name and address are his issuer's to say once he has come.
    @PutMapping("/api/v1/users/{id}")
    View update(@PathVariable String id, @RequestBody Asked asked) {
        refusePassword(asked.password());
        change(
                id,
                "user.update",
                details(asked),
                user -> {
                    describe(user, asked);
                    apply(user, asked);
                });
        return view(require(id));
    }

    @PatchMapping("/api/v1/users/{id}")
    View patch(@PathVariable String id, @RequestBody Asked asked) {
        change(id, "user.update", details(asked), user -> describe(user, asked));
        return view(require(id));
    }

    private void describe(KnownUsers.User user, Asked asked) {
        var name = asked.displayName() == null ? user.displayName() : asked.displayName();
        var email = asked.email() == null ? user.email() : asked.email();
        if (Objects.equals(name, user.displayName()) && Objects.equals(email, user.email())) {
            return;
        }
        if (!user.awaited()) {
            throw new ServiceException.Refused(
                    "His name and address are what his issuer says: change them there");
        }
        users.describe(user, Invitations.address(email), name);
    }

    private void apply(KnownUsers.User user, Asked asked) {
        if (asked.tenants() != null) {
            var known = users.tenants(user.id());
            for (var tenant : Set.copyOf(asked.tenants())) {
                if (!bindings.current().tenants().contains(tenant)) {
                    throw new ServiceException.Invalid("tenants", "Expected ids of tenants");
                }
                users.enter(user.id(), tenant);
            }
            known.stream()
                    .filter(t -> !asked.tenants().contains(t))
                    .forEach(t -> users.leave(user, t));
        }
        if (asked.groups() != null) {
            users.setGroups(user, Set.copyOf(asked.groups()));
        }
        if (asked.superAdmin() != null) {
            users.setOperator(user.id(), asked.superAdmin());
        }
        if (asked.restricted() != null) {
            users.setRestricted(user.id(), asked.restricted());
        }
    }

    private static Map<String, String> details(Asked asked) {
        var fields = new TreeMap<String, @Nullable Object>();
        fields.put("email", asked.email());
        fields.put("name", asked.displayName());
        fields.put("tenants", asked.tenants());
        fields.put("groups", asked.groups());
        fields.put("operator", asked.superAdmin());
        fields.put("restricted", asked.restricted());
        return Difference.of(Map.of(), fields);
    }

    private static void refusePassword(@Nullable String password) {
        if (password != null && !password.isEmpty()) {
            throw noPasswords();
        }
    }

    private static ServiceException noPasswords() {
        return new ServiceException.Refused(
                "Nobody has a password here: his issuer lets him in. Change it there");
    }

    record Password(@Nullable String password) {}

    @PatchMapping("/api/v1/users/{id}/password")
    View password(@PathVariable String id, @RequestBody Password asked) {
        require(id);
        throw noPasswords();
    }

    /// Nobody acts in another's name: the audit log would name the wrong one.
    @PostMapping("/api/v1/users/{id}/impersonate")
    View impersonate(@PathVariable String id) {
        require(id);
        throw new ServiceException.Forbidden(
                "Nobody acts in another's name: the audit log would name the wrong one");
    }

    /// Ends that he signs in as whom his issuer says; who comes under his address next is him.
    @DeleteMapping("/api/v1/users/{id}/auths/{auth}")
    View unlink(@PathVariable String id, @PathVariable String auth) {
        change(
                id,
                "user.unlink",
                Map.of(),
                user -> {
                    if (auths(user).stream().noneMatch(a -> a.id().equals(auth))) {
                        throw new ServiceException.NotFound(
                                "Not Found: " + auth + " of user " + id);
                    }
                    if (user.email() == null) {
                        throw new ServiceException.Refused(
                                "Expected a user with an address: by it he is known again");
                    }
                    users.unlink(user);
                });
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
                auths(user));
    }

    /// @param cursor of the page before, in place of a page's number
    @GetMapping("/api/v1/{tenant}/tenant-access")
    CursorResults<Access> ofTenant(
            @PathVariable String tenant,
            @RequestParam(defaultValue = "") String q,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        return users.search(tenant, q, List.of(), paging, cursor).map(UserController::access);
    }

    /// Takes from a user what he himself was given in the tenant: roles, and groups made here. What
    /// groups of his issuer give stays.
    ///
    /// @throws ServiceException.Conflict if he is the tenant's last admin
    @DeleteMapping("/api/v1/{tenant}/tenant-access/{userId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void takeAccess(@PathVariable String tenant, @PathVariable String userId) {
        bindings.changeKeepingAnAdmin(
                tenant,
                () -> {
                    var user =
                            users.find(userId)
                                    .filter(u -> users.tenants(u.id()).contains(tenant))
                                    .orElseThrow(() ->
                                            new ServiceException.NotFound(
                                                    "Not Found: user " + userId));
                    users.leave(user, tenant);
                    audit.changed(tenant, "user.take-access", "user/" + user.subject(), Map.of());
                    return true;
                });
    }

    record Autocomplete(@Nullable String q, @Nullable List<String> ids) {}

    @PostMapping("/api/v1/{tenant}/tenant-access/autocomplete")
    List<Access> autocomplete(@PathVariable String tenant, @RequestBody Autocomplete asked) {
        return users.search(
                        tenant,
                        asked.q() == null ? "" : asked.q(),
                        asked.ids() == null ? List.of() : asked.ids(),
                        PROPOSED,
                        null)
                .map(UserController::access)
                .results();
    }
}
