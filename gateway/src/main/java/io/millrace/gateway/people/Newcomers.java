// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.people;

import io.millrace.gateway.grants.Bindings;
import io.millrace.gateway.grants.Snapshot;
import io.millrace.gateway.signin.Principal;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.tenancy.TenantScope;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Who is expected and comes: a user whom an operator has made before, or somebody who was invited.
/// Both are known by an address until an issuer vouches that it is somebody's (ADR 0063).
@Component
public class Newcomers {
    private static final String OF_INSTALLATION = "-";

    private final KnownUsers users;
    private final Bindings bindings;
    private final AuditTrail audit;
    private final JdbcClient jdbc;
    private final Clock clock;

    Newcomers(KnownUsers users, Bindings bindings, AuditTrail audit, JdbcClient jdbc, Clock clock) {
        this.users = users;
        this.bindings = bindings;
        this.audit = audit;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /// Gives somebody what is meant for him.
    ///
    /// @param current who may do what
    /// @return the same as it is now
    public Snapshot welcome(Principal principal, Snapshot current) {
        var email = principal.profile().verifiedEmail();
        var until = email == null ? null : current.expected().get(email);
        if (email == null || until == null || !clock.instant().isBefore(until)) {
            return current;
        }
        TenantScope.runAcross(() ->
                bindings.change(() -> {
                    adopt(principal, email);
                    accept(principal, email);
                    return true;
                }));
        return bindings.current();
    }

    /// He becomes the user who was made for him, or if he is known already, gets what that one has.
    private void adopt(Principal principal, String email) {
        var awaited =
                jdbc.sql(
                                """
                                select id from known_user
                                 where starts_with(subject, :awaited) and lower(email) = :email
                                   for update
                                """)
                        .param("awaited", Principal.AWAITED)
                        .param("email", email)
                        .query(String.class)
                        .optional();
        if (awaited.isEmpty()) {
            return;
        }
        var before = Principal.AWAITED + awaited.get();
        var known =
                jdbc.sql("select id from known_user where subject = ?")
                        .param(principal.subject())
                        .query(String.class)
                        .optional();
        if (known.isEmpty()) {
            users.become(awaited.get(), before, principal.subject());
            users.note(principal);
        } else {
            users.rebind(before, principal.subject());
            merge(awaited.get(), known.get());
        }
        audit.beside(
                OF_INSTALLATION,
                principal.subject(),
                "user.come",
                "user/" + principal.subject(),
                Map.of("email", email));
    }

    private void merge(String from, String into) {
        jdbc.sql(
                        """
                        insert into group_member (group_id, user_id, owner)
                        select group_id, :into, owner from group_member where user_id = :from
                            on conflict do nothing
                        """)
                .param("from", from)
                .param("into", into)
                .update();
        jdbc.sql(
                        """
                        insert into known_user_tenant (user_id, tenant)
                        select :into, tenant from known_user_tenant where user_id = :from
                            on conflict do nothing
                        """)
                .param("from", from)
                .param("into", into)
                .update();
        jdbc.sql(
                        """
                        update known_user u
                           set operator = u.operator or a.operator,
                               restricted = u.restricted or a.restricted
                          from known_user a where a.id = :from and u.id = :into
                        """)
                .param("from", from)
                .param("into", into)
                .update();
        jdbc.sql("delete from known_user where id = ?").param(from).update();
    }

    private record Open(String id, String tenant) {}

    private void accept(Principal principal, String email) {
        var open =
                jdbc.sql(
                                """
                                update invitation set accepted_at = :now
                                 where email = :email and accepted_at is null and expires_at > :now
                                returning id, tenant
                                """)
                        .param("email", email)
                        .param("now", Timestamp.from(clock.instant()))
                        .query((row, _) -> new Open(row.getString("id"), row.getString("tenant")))
                        .list();
        if (open.isEmpty()) {
            return;
        }
        var user = users.note(principal);
        for (var invitation : open) {
            users.enter(user, invitation.tenant());
            jdbc.sql(
                            """
                            insert into role_binding
                                   (id, tenant, kind, name, role, namespace, configured)
                            select gen_random_uuid(), i.tenant, 'user', :subject, g.role,
                                   g.namespace, false
                              from invitation i, unnest(i.roles, i.namespaces) g(role, namespace)
                             where i.id = :id
                                on conflict (tenant, kind, name, role, namespace) do nothing
                            """)
                    .param("id", invitation.id())
                    .param("subject", principal.subject())
                    .update();
            jdbc.sql(
                            """
                            insert into group_member (group_id, user_id)
                            select g.id, :user from invitation i
                              join user_group g on g.tenant = i.tenant and g.id = any(i.groups)
                             where i.id = :id
                                on conflict do nothing
                            """)
                    .param("id", invitation.id())
                    .param("user", user)
                    .update();
            audit.beside(
                    invitation.tenant(),
                    principal.subject(),
                    "invitation.accept",
                    "invitation/" + invitation.id(),
                    Map.of("email", email));
        }
    }
}
