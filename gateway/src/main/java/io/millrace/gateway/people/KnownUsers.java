// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.people;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.millrace.gateway.grants.Ids;
import io.millrace.gateway.signin.Principal;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.NamedRows;
import io.millrace.platform.web.Paging;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.RowMapper;
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
            Instant lastSeen) {

        /// Whether his issuer has still to let him in for the first time.
        boolean awaited() {
            return subject.startsWith(Principal.AWAITED);
        }
    }

    /// A group as a tenant has it.
    record Group(String id, String tenantId) {}

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
        if (principal.account() == null && !principal.lasting()) {
            once(seen, new Seen(principal.subject(), tenant), () -> remember(principal, tenant));
        }
        once(
                signedIn,
                principal.tokenId() + "@" + tenant,
                () ->
                        audit.signedIn(
                                tenant,
                                principal.subject(),
                                principal.tokenId(),
                                Map.of("issuer", principal.profile().issuer())));
    }

    /// Notes that somebody was let in who runs the installation, be he of a tenant or of none.
    public void letIn(Principal operator) {
        if (operator.account() == null && !operator.lasting()) {
            once(seen, new Seen(operator.subject(), ""), () -> note(operator));
        }
    }

    /// What fails is for the next one who comes.
    private static <T> void once(Cache<T, Boolean> done, T key, Runnable work) {
        if (done.asMap().putIfAbsent(key, true) != null) {
            return;
        }
        try {
            work.run();
        } catch (RuntimeException e) {
            done.invalidate(key);
            throw e;
        }
    }

    private void remember(Principal principal, String tenant) {
        transactions.executeWithoutResult(_ -> {
            enter(note(principal), tenant);
            for (var group : groups(principal)) {
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

    private static String[] groups(Principal principal) {
        return principal.groups().stream().sorted().limit(MOST_GROUPS).toArray(String[]::new);
    }

    /// Notes who somebody is, as his issuer says now.
    ///
    /// @return his id
    String note(Principal principal) {
        var profile = principal.profile();
        return jdbc.sql(
                        """
                        insert into known_user
                               (id, subject, issuer, username, display_name, email,
                                groups, first_seen, last_seen)
                        values (:id, :subject, :issuer, :username, :displayName,
                                :email, :groups, :now, :now)
                            on conflict (subject) do update
                           set issuer = excluded.issuer, username = excluded.username,
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
                .param("groups", groups(principal))
                .param("now", Timestamp.from(clock.instant()))
                .query(String.class)
                .single();
    }

    /// From now on a tenant knows him.
    void enter(String id, String tenant) {
        jdbc.sql(
                        """
                        insert into known_user_tenant (user_id, tenant) values (?, ?)
                            on conflict do nothing
                        """)
                .params(id, tenant)
                .update();
    }

    /// Makes a user who hasn't come yet.
    ///
    /// @return his id
    /// @throws ServiceException.Conflict if somebody is known under the address
    String await(String email, @Nullable String displayName) {
        var id = Ids.next();
        int made =
                jdbc.sql(
                                """
                                insert into known_user
                                       (id, subject, issuer, username, display_name, email,
                                        groups, first_seen, last_seen)
                                select :id, :subject, '', :email, :displayName, :email, '{}',
                                       :now, :now
                                 where not exists (select from known_user
                                                    where lower(email) = lower(:email))
                                    on conflict do nothing
                                """)
                        .param("id", id)
                        .param("subject", Principal.AWAITED + id)
                        .param("email", email)
                        .param("displayName", displayName)
                        .param("now", Timestamp.from(clock.instant()))
                        .update();
        if (made == 0) {
            throw new ServiceException.Conflict("There is a user with this address already");
        }
        return id;
    }

    /// @param user who hasn't come yet
    void describe(User user, String email, @Nullable String displayName) {
        try {
            jdbc.sql(
                            """
                            update known_user set username = :email, email = :email,
                                   display_name = :displayName where id = :id
                            """)
                    .param("id", user.id())
                    .param("email", email)
                    .param("displayName", displayName)
                    .update();
        } catch (DuplicateKeyException _) {
            throw new ServiceException.Conflict("Another user is expected under this address");
        }
    }

    /// Forgets at which issuer he signs in, ends his sessions and tokens, and waits for who comes
    /// under his address next: to him goes what he had.
    void unlink(User user) {
        signOut(user);
        jdbc.sql("delete from api_token where user_id = ?").param(user.id()).update();
        become(user.id(), user.subject(), Principal.AWAITED + user.id());
    }

    /// Gives a user another subject, and with it what was bound to the one that he had.
    void become(String id, String before, String after) {
        try {
            jdbc.sql("update known_user set subject = ?, groups = '{}' where id = ?")
                    .params(after, id)
                    .update();
        } catch (DuplicateKeyException _) {
            throw new ServiceException.Conflict("Another user is expected under his address");
        }
        rebind(before, after);
    }

    /// Moves bindings; those of the configuration stay, since they name whom they are for.
    void rebind(String before, String after) {
        jdbc.sql(
                        """
                        insert into role_binding (id, tenant, kind, name, role, namespace, configured)
                        select gen_random_uuid(), tenant, kind, :after, role, namespace, false
                          from role_binding
                         where kind = 'user' and name = :before and not configured
                            on conflict (tenant, kind, name, role, namespace) do nothing
                        """)
                .param("before", before)
                .param("after", after)
                .update();
        jdbc.sql("delete from role_binding where kind = 'user' and name = ? and not configured")
                .param(before)
                .update();
    }

    Optional<User> find(String id) {
        return jdbc.sql("select * from known_user where id = ?")
                .param(id)
                .query(KnownUsers::user)
                .optional();
    }

    /// Users by their names.
    ///
    /// @param tenant whose users, or absent for all
    /// @param part of the name, or empty
    /// @param ids of whom they must be; empty: of all
    /// @param cursor of the page before; in its place the page's number, if absent
    CursorResults<User> search(
            @Nullable String tenant,
            String part,
            Collection<String> ids,
            Paging paging,
            @Nullable String cursor) {
        var parameters = new HashMap<String, @Nullable Object>();
        parameters.put("tenant", tenant);
        parameters.put("part", part);
        parameters.put("ids", ids.toArray(String[]::new));
        return new NamedRows(
                        "u.*",
                        """
                        from known_user u
                         where (cast(:tenant as text) is null
                                or exists (select from known_user_tenant t
                                            where t.user_id = u.id and t.tenant = :tenant))
                           and strpos(lower(u.username || ' ' || coalesce(u.display_name, '')),
                                      lower(:part)) > 0
                           and (cardinality(:ids::text[]) = 0 or u.id = any(:ids))
                        """,
                        List.of("u.username", "u.id"),
                        parameters)
                .page(
                        jdbc,
                        paging,
                        cursor,
                        KnownUsers::user,
                        user -> Place.of(user.username(), user.id()));
    }

    List<String> tenants(String userId) {
        return tenants(List.of(userId)).getOrDefault(userId, List.of());
    }

    /// The tenants that know each of these users.
    Map<String, List<String>> tenants(Collection<String> userIds) {
        return byUser(
                "select user_id, tenant from known_user_tenant where user_id = any(:ids) order by tenant",
                userIds,
                (row, _) -> row.getString("tenant"));
    }

    /// The groups that each of these users is in: those that were made here, and those that his
    /// issuer names.
    Map<String, List<Group>> groups(Collection<String> userIds) {
        return byUser(
                """
                select m.user_id, g.id, g.tenant, g.name
                  from group_member m join user_group g on g.id = m.group_id
                 where m.user_id = any(:ids)
                 union
                select u.id, g.id, g.tenant, g.name
                  from known_user u join known_user_tenant t on t.user_id = u.id
                  join user_group g on g.tenant = t.tenant and g.name = any(u.groups)
                 where u.id = any(:ids)
                 order by tenant, name
                """,
                userIds,
                (row, _) -> new Group(row.getString("id"), row.getString("tenant")));
    }

    private <T> Map<String, List<T>> byUser(
            String sql, Collection<String> userIds, RowMapper<T> each) {
        var byUser = new HashMap<String, List<T>>();
        jdbc.sql(sql)
                .param("ids", userIds.toArray(String[]::new))
                .query(row -> {
                    byUser.computeIfAbsent(row.getString("user_id"), _ -> new ArrayList<>())
                            .add(each.mapRow(row, 0));
                });
        return byUser;
    }

    /// Makes him a member of these groups, whose tenants then know him, and of no others.
    ///
    /// @throws ServiceException.Invalid if there is no such group
    void setGroups(User user, Set<String> ids) {
        jdbc.sql("delete from group_member where user_id = :id and group_id <> all(:groups)")
                .param("id", user.id())
                .param("groups", ids.toArray(String[]::new))
                .update();
        var already =
                groups(List.of(user.id())).getOrDefault(user.id(), List.of()).stream()
                        .map(Group::id)
                        .collect(Collectors.toSet());
        var added = ids.stream().filter(id -> !already.contains(id)).toArray(String[]::new);
        int known =
                jdbc.sql(
                                """
                                insert into group_member (group_id, user_id)
                                select id, :user from user_group where id = any(:groups)
                                """)
                        .param("user", user.id())
                        .param("groups", added)
                        .update();
        if (known != added.length) {
            throw new ServiceException.Invalid("groups", "Expected ids of groups");
        }
        jdbc.sql(
                        """
                        insert into known_user_tenant (user_id, tenant)
                        select distinct :user, tenant from user_group where id = any(:groups)
                            on conflict do nothing
                        """)
                .param("user", user.id())
                .param("groups", added)
                .update();
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
