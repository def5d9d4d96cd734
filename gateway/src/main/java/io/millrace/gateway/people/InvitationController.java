// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.people;

import io.millrace.gateway.GatewayProperties;
import io.millrace.gateway.grants.Bindings;
import io.millrace.gateway.grants.Snapshot;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.Paging;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Invitations to a tenant, for its admins, in the shapes of Kestra's clients. No mail is sent: the
/// answer has the link that whoever invites passes on.
@RestController
@RequestMapping("/api/v1/{tenant}")
class InvitationController {
    private final Invitations invitations;
    private final Bindings bindings;
    private final JdbcClient jdbc;
    private final Clock clock;
    private final @Nullable URI link;

    InvitationController(
            Invitations invitations,
            Bindings bindings,
            JdbcClient jdbc,
            Clock clock,
            GatewayProperties properties) {
        this.invitations = invitations;
        this.bindings = bindings;
        this.jdbc = jdbc;
        this.clock = clock;
        var url = properties.publicUrl();
        this.link = url == null ? null : url.resolve("/ui/");
    }

    /// @param id a role
    /// @param namespaces where; none: in the whole tenant
    record Role(@Nullable String id, @Nullable List<String> namespaces) {

        private Stream<Invitations.Given> given() {
            if (id == null) {
                throw new ServiceException.Invalid("roles", "Expected ids of roles");
            }
            return namespaces == null || namespaces.isEmpty()
                    ? Stream.of(new Invitations.Given(id, ""))
                    : namespaces.stream().map(n -> new Invitations.Given(id, n));
        }
    }

    /// @param superAdmin must not be: operators are made by operators
    record Asked(
            @Nullable String email,
            @Nullable List<Role> roles,
            @Nullable List<String> groups,
            @Nullable Boolean superAdmin) {}

    record Named(String id, @Nullable String name) {}

    /// @param status `PENDING`, `ACCEPTED` or `EXPIRED`
    /// @param link where he signs in, if it is configured how browsers reach the gateway
    record View(
            String id,
            String tenantId,
            String email,
            List<Named> roles,
            List<Named> groups,
            String status,
            Instant sentAt,
            Instant expiredAt,
            @Nullable Instant acceptedAt,
            boolean superAdmin,
            @Nullable URI link) {}

    private View view(Invitations.Invitation invitation) {
        return views(invitation.tenant(), List.of(invitation)).getFirst();
    }

    private List<View> views(String tenant, List<Invitations.Invitation> invitations) {
        var snapshot = bindings.current();
        var groupNames = groupNames(tenant, invitations);
        return invitations.stream().map(i -> view(i, snapshot, groupNames)).toList();
    }

    private View view(
            Invitations.Invitation invitation, Snapshot snapshot, Map<String, String> groupNames) {
        return new View(
                invitation.id(),
                invitation.tenant(),
                invitation.email(),
                invitation.roles().stream()
                        .map(Invitations.Given::role)
                        .distinct()
                        .map(r -> new Named(r, snapshot.name(r)))
                        .toList(),
                invitation.groups().stream().map(g -> new Named(g, groupNames.get(g))).toList(),
                status(invitation),
                invitation.sentAt(),
                invitation.expiresAt(),
                invitation.acceptedAt(),
                false,
                link);
    }

    /// Of the groups that invitations name, by their ids.
    private Map<String, String> groupNames(
            String tenant, List<Invitations.Invitation> invitations) {
        var names = new HashMap<String, String>();
        jdbc.sql("select id, name from user_group where tenant = :tenant and id = any(:ids)")
                .param("tenant", tenant)
                .param(
                        "ids",
                        invitations.stream()
                                .flatMap(i -> i.groups().stream())
                                .distinct()
                                .toArray(String[]::new))
                .query(row -> {
                    names.put(row.getString("id"), row.getString("name"));
                });
        return names;
    }

    private String status(Invitations.Invitation invitation) {
        if (invitation.acceptedAt() != null) {
            return "ACCEPTED";
        }
        return clock.instant().isBefore(invitation.expiresAt()) ? "PENDING" : "EXPIRED";
    }

    @PostMapping("/invitations")
    @ResponseStatus(HttpStatus.CREATED)
    View invite(@PathVariable String tenant, @RequestBody Asked asked) {
        if (Boolean.TRUE.equals(asked.superAdmin())) {
            throw new ServiceException.Forbidden("Operators are made by operators");
        }
        var roles = asked.roles() == null ? List.<Role>of() : asked.roles();
        var groups = asked.groups() == null ? List.<String>of() : asked.groups();
        return view(
                invitations.invite(
                        tenant,
                        Invitations.address(asked.email()),
                        roles.stream().flatMap(Role::given).distinct().toList(),
                        groups.stream().distinct().toList()));
    }

    record Access(@Nullable String email) {}

    /// Lets somebody be known in the tenant as soon as he comes; what he may is given apart from
    /// it.
    @PostMapping("/tenant-access")
    @ResponseStatus(HttpStatus.CREATED)
    View giveAccess(@PathVariable String tenant, @RequestBody Access asked) {
        return view(
                invitations.invite(
                        tenant, Invitations.address(asked.email()), List.of(), List.of()));
    }

    /// @param cursor of the page before, in place of a page's number
    @GetMapping("/invitations/search")
    CursorResults<View> search(
            @PathVariable String tenant,
            @RequestParam(defaultValue = "") String q,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        return invitations.page(tenant, q, paging, cursor).mapAll(page -> views(tenant, page));
    }

    @GetMapping("/invitations/email/{email}")
    List<View> ofEmail(@PathVariable String tenant, @PathVariable String email) {
        return views(tenant, invitations.of(tenant, email));
    }

    @DeleteMapping("/invitations/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String tenant, @PathVariable String id) {
        invitations.delete(tenant, id);
    }
}
