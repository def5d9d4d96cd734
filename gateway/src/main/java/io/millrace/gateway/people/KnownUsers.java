// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.people;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.gateway.grants.Ids;
import io.millrace.gateway.signin.Principal;
import io.millrace.platform.audit.AuditTrail;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/// Who has ever been let in, and by which groups. People become known when they first come with a
/// token of their issuer; nobody types them in.
@Component
public class KnownUsers {
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(5);
    private static final int MOST_GROUPS = 200;

    private final JdbcClient jdbc;
    private final TransactionOperations transactions;
    private final Clock clock;
    private final AuditTrail audit;
    private final Cache<Seen, Boolean> seen =
            Caffeine.newBuilder().maximumSize(50_000).expireAfterWrite(LOOK_AGAIN).build();
    private final Cache<String, Boolean> signedIn =
            Caffeine.newBuilder()
                    .maximumSize(100_000)
                    .expireAfterAccess(Duration.ofDays(1))
                    .build();

    private record Seen(String subject, String tenant) {}

    /// @param groups names, as his issuer says
    public record User(
            String id,
            String subject,
            String issuer,
            String username,
            @Nullable String displayName,
            @Nullable String email,
            List<String> groups,
            boolean operator,
            boolean restricted,
            Instant firstSeen,
            Instant lastSeen) {}

    KnownUsers(JdbcClient jdbc, TransactionOperations transactions, Clock clock, AuditTrail audit) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
        this.audit = audit;
    }

    /// Notes that somebody was let into a tenant: who he is and his groups now and then, and that a
    /// token was used for the first time here. Of who comes with an API token his issuer said
    /// nothing.
    public void letIn(Principal principal, String tenant) {
        if (principal.account() == null
                && !principal.lasting()
                && seen.asMap().putIfAbsent(new Seen(principal.subject(), tenant), true) == null) {
            remember(principal, tenant);
        }
        if (signedIn.asMap().putIfAbsent(principal.tokenId() + "@" + tenant, true) == null) {
            audit.signedIn(
                    tenant,
                    principal.subject(),
                    principal.tokenId(),
                    Map.of("issuer", principal.profile().issuer()));
        }
    }

    private void remember(Principal principal, String tenant) {
        var now = Timestamp.from(clock.instant());
        var profile = principal.profile();
        var groups = principal.groups().stream().sorted().limit(MOST_GROUPS).toArray(String[]::new);
        transactions.executeWithoutResult(_ -> {
            var id =
                    jdbc.sql(
                                    """
                                    insert into known_user
                                           (id, subject, issuer, username, display_name, email,
                                            groups, first_seen, last_seen)
                                    values (:id, :subject, :issuer, :username, :displayName,
                                            :email, :groups, :now, :now)
                                        on conflict (subject) do update
                                       set username = excluded.username,
                                           display_name = excluded.display_name,
                                           email = excluded.email, groups = excluded.groups,
                                           last_seen = excluded.last_seen
                                    returning id
                                    """)
                            .param("id", Ids.next())
                            .param("subject", principal.subject())
                            .param("issuer", profile.issuer())
                            .param("username", profile.username())
                            .param("displayName", profile.displayName())
                            .param("email", profile.email())
                            .param("groups", groups)
                            .param("now", now)
                            .query(String.class)
                            .single();
            jdbc.sql(
                            """
                            insert into known_user_tenant (user_id, tenant) values (?, ?)
                                on conflict do nothing
                            """)
                    .params(id, tenant)
                    .update();
            for (var group : groups) {
                jdbc.sql(
                                """
                                insert into user_group (id, tenant, name, external)
                                values (?, ?, ?, true) on conflict (tenant, name) do nothing
                                """)
                        .params(Ids.next(), tenant, group)
                        .update();
            }
        });
    }

    Optional<User> find(String id) {
        return jdbc.sql("select * from known_user where id = ?")
                .param(id)
                .query(KnownUsers::user)
                .optional();
    }

    /// @param tenant whose users, or absent for all
    /// @param part of the name, or empty
    List<User> search(@Nullable String tenant, String part) {
        return jdbc.sql(
                        """
                        select u.* from known_user u
                         where (cast(:tenant as text) is null
                                or exists (select from known_user_tenant t
                                            where t.user_id = u.id and t.tenant = :tenant))
                           and strpos(lower(u.username || ' ' || coalesce(u.display_name, '')),
                                      lower(:part)) > 0
                         order by u.username, u.id
                        """)
                .param("tenant", tenant)
                .param("part", part)
                .query(KnownUsers::user)
                .list();
    }

    List<String> tenants(String userId) {
        return jdbc.sql("select tenant from known_user_tenant where user_id = ? order by tenant")
                .param(userId)
                .query(String.class)
                .list();
    }

    void setOperator(String id, boolean operator) {
        jdbc.sql("update known_user set operator = ? where id = ?").params(operator, id).update();
    }

    void setRestricted(String id, boolean restricted) {
        jdbc.sql("update known_user set restricted = ? where id = ?")
                .params(restricted, id)
                .update();
    }

    /// Forgets him, with what he himself was given; he becomes known again when he comes again.
    void delete(User user) {
        jdbc.sql("delete from role_binding where kind = 'user' and name = ? and not configured")
                .param(user.subject())
                .update();
        jdbc.sql("delete from known_user where id = ?").param(user.id()).update();
        seen.asMap().keySet().removeIf(s -> s.subject().equals(user.subject()));
    }

    /// Forgets what he himself was given in a tenant, and that he was there.
    void leave(User user, String tenant) {
        jdbc.sql(
                        """
                        delete from role_binding
                         where kind = 'user' and name = ? and tenant = ? and not configured
                        """)
                .params(user.subject(), tenant)
                .update();
        jdbc.sql(
                        """
                        delete from group_member m using user_group g
                         where g.id = m.group_id and g.tenant = ? and m.user_id = ?
                        """)
                .params(tenant, user.id())
                .update();
        jdbc.sql("delete from known_user_tenant where tenant = ? and user_id = ?")
                .params(tenant, user.id())
                .update();
        seen.asMap().keySet().remove(new Seen(user.subject(), tenant));
    }

    /// Ends his sessions in browsers.
    void signOut(User user) {
        jdbc.sql("delete from browser_session where subject = ?").param(user.subject()).update();
    }

    private static User user(ResultSet row, int number) throws SQLException {
        return new User(
                row.getString("id"),
                row.getString("subject"),
                row.getString("issuer"),
                row.getString("username"),
                row.getString("display_name"),
                row.getString("email"),
                List.of((String[]) row.getArray("groups").getArray()),
                row.getBoolean("operator"),
                row.getBoolean("restricted"),
                row.getTimestamp("first_seen").toInstant(),
                row.getTimestamp("last_seen").toInstant());
    }
}
