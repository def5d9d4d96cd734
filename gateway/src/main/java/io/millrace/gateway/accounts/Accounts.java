// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.accounts;

import io.millrace.gateway.accounts.ApiToken.Owner;
import io.millrace.platform.access.Permission;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.NamedRows;
import io.millrace.platform.web.Paging;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Service accounts, and the tokens of each and of users.
@Component
class Accounts {
    private final JdbcClient jdbc;

    Accounts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// A page of them, by tenants and names; those of the installation come first.
    ///
    /// @param tenant whose they are; absent: all
    /// @param cursor of the page before; in its place the page's number, if absent
    CursorResults<ServiceAccount> page(
            @Nullable String tenant, Paging paging, @Nullable String cursor) {
        var parameters = new HashMap<String, @Nullable Object>();
        parameters.put("tenant", tenant);
        return new NamedRows(
                        "*",
                        """
                        from service_account
                         where (cast(:tenant as text) is null or tenant = :tenant)
                        """,
                        List.of("coalesce(tenant, '')", "name"),
                        parameters)
                .page(
                        jdbc,
                        paging,
                        cursor,
                        Accounts::account,
                        a -> Place.of(Objects.requireNonNullElse(a.tenant(), ""), a.name()));
    }

    /// @param tenant of which it must be, or absent for any
    Optional<ServiceAccount> find(@Nullable String tenant, String id) {
        return jdbc.sql(
                        """
                        select * from service_account
                         where id = :id and (cast(:tenant as text) is null or tenant = :tenant)
                        """)
                .param("tenant", tenant)
                .param("id", id)
                .query(Accounts::account)
                .optional();
    }

    /// @return whether there was none of that name
    boolean insert(ServiceAccount account, String by) {
        return jdbc.sql(
                                """
                                insert into service_account
                                       (id, tenant, name, description, operator, created_by)
                                values (?, ?, ?, ?, ?, ?) on conflict do nothing
                                """)
                        .param(account.id())
                        .param(account.tenant())
                        .param(account.name())
                        .param(account.description())
                        .param(account.operator())
                        .param(by)
                        .update()
                == 1;
    }

    void describe(String id, @Nullable String description) {
        jdbc.sql("update service_account set description = ? where id = ?")
                .param(description)
                .param(id)
                .update();
    }

    void setOperator(String id, boolean operator) {
        jdbc.sql("update service_account set operator = ? where id = ?")
                .param(operator)
                .param(id)
                .update();
    }

    /// Its tokens and bindings go with it.
    void delete(String id) {
        jdbc.sql("delete from role_binding where kind = 'service-account' and name = ?")
                .param(id)
                .update();
        jdbc.sql("delete from service_account where id = ?").param(id).update();
    }

    /// The groups that it was given in its tenant replace those before.
    void setGroups(ServiceAccount account, List<String> groupIds) {
        jdbc.sql("delete from account_group where account_id = ?").param(account.id()).update();
        jdbc.sql(
                        """
                        insert into account_group (group_id, account_id)
                        select id, ? from user_group where tenant = ? and id = any(?)
                        """)
                .param(account.id())
                .param(account.tenant())
                .param(groupIds.toArray(String[]::new))
                .update();
    }

    /// The groups of each, by its id.
    Map<String, List<String>> groups(List<String> ids) {
        var groups = new HashMap<String, List<String>>();
        jdbc.sql("select account_id, group_id from account_group where account_id = any(:ids)")
                .param("ids", ids.toArray(String[]::new))
                .query(row -> {
                    groups.computeIfAbsent(row.getString("account_id"), _ -> new ArrayList<>())
                            .add(row.getString("group_id"));
                });
        return groups;
    }

    List<String> groupNames(String id) {
        return jdbc.sql(
                        """
                        select g.name from account_group m join user_group g on g.id = m.group_id
                         where m.account_id = ?
                        """)
                .param(id)
                .query(String.class)
                .list();
    }

    List<ApiToken> tokens(Owner owner) {
        return jdbc.sql(
                        """
                        select * from api_token
                         where account_id = :account or user_id = :user order by created_at, id
                        """)
                .param("account", accountOf(owner))
                .param("user", userOf(owner))
                .query(Accounts::token)
                .list();
    }

    void insert(ApiToken token, byte[] hash, String by) {
        var permissions = token.permissions();
        jdbc.sql(
                        """
                        insert into api_token
                               (id, account_id, user_id, name, description, secret_hash,
                                permissions, namespace, extended, lifetime_seconds, created_at,
                                created_by, expires_at)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """)
                .param(token.id())
                .param(accountOf(token.owner()))
                .param(userOf(token.owner()))
                .param(token.name())
                .param(token.description())
                .param(hash)
                .param(
                        permissions == null
                                ? null
                                : permissions.stream().map(Enum::name).toArray(String[]::new))
                .param(token.namespace())
                .param(token.extended())
                .param(token.expiresAt().getEpochSecond() - token.createdAt().getEpochSecond())
                .param(Timestamp.from(token.createdAt()))
                .param(by)
                .param(Timestamp.from(token.expiresAt()))
                .update();
    }

    boolean deleteToken(Owner owner, String tokenId) {
        return jdbc.sql(
                                """
                                delete from api_token
                                 where (account_id = :account or user_id = :user) and id = :id
                                """)
                        .param("account", accountOf(owner))
                        .param("user", userOf(owner))
                        .param("id", tokenId)
                        .update()
                == 1;
    }

    /// @param hash of its secret, as it is stored
    /// @param account whose it is, unless it is a user's
    /// @param user whose it is, unless it is an account's
    record Stored(
            ApiToken token, byte[] hash, @Nullable ServiceAccount account, @Nullable Person user) {}

    /// A user, as his issuer described him when it last let him in.
    record Person(
            String id,
            String subject,
            String issuer,
            String username,
            @Nullable String displayName,
            @Nullable String email,
            Set<String> groups,
            Instant lastSeen) {}

    Optional<Stored> token(String id) {
        return jdbc.sql(
                        """
                        select t.*, a.tenant, a.name as account_name, a.operator,
                               u.subject, u.issuer, u.username, u.display_name, u.email, u.groups,
                               u.last_seen
                          from api_token t left join service_account a on a.id = t.account_id
                                           left join known_user u on u.id = t.user_id
                         where t.id = ?
                        """)
                .param(id)
                .query((row, number) ->
                        new Stored(
                                token(row, number),
                                row.getBytes("secret_hash"),
                                row.getString("account_id") == null
                                        ? null
                                        : new ServiceAccount(
                                                row.getString("account_id"),
                                                row.getString("tenant"),
                                                row.getString("account_name"),
                                                null,
                                                row.getBoolean("operator")),
                                row.getString("user_id") == null
                                        ? null
                                        : person(row.getString("user_id"), row)))
                .optional();
    }

    Optional<Person> person(String id) {
        return jdbc.sql("select * from known_user where id = ?")
                .param(id)
                .query((row, _) -> person(row.getString("id"), row))
                .optional();
    }

    Optional<Person> personOf(String subject) {
        return jdbc.sql("select * from known_user where subject = ?")
                .param(subject)
                .query((row, _) -> person(row.getString("id"), row))
                .optional();
    }

    private static Person person(String id, ResultSet row) throws SQLException {
        return new Person(
                id,
                row.getString("subject"),
                row.getString("issuer"),
                row.getString("username"),
                row.getString("display_name"),
                row.getString("email"),
                Set.copyOf(List.of((String[]) row.getArray("groups").getArray())),
                row.getTimestamp("last_seen").toInstant());
    }

    private static @Nullable String accountOf(Owner owner) {
        return owner instanceof Owner.Account(var id) ? id : null;
    }

    private static @Nullable String userOf(Owner owner) {
        return owner instanceof Owner.User(var id) ? id : null;
    }

    void used(String tokenId, Instant now) {
        jdbc.sql(
                        """
                        update api_token t set last_used_at = n.at,
                               expires_at = case when extended
                                 then greatest(expires_at,
                                               n.at + lifetime_seconds * interval '1 second')
                                 else expires_at end
                          from (select cast(:now as timestamptz) as at) n
                         where id = :id and expires_at > n.at
                        """)
                .param("id", tokenId)
                .param("now", Timestamp.from(now))
                .update();
    }

    private static ServiceAccount account(ResultSet row, int number) throws SQLException {
        return new ServiceAccount(
                row.getString("id"),
                row.getString("tenant"),
                row.getString("name"),
                row.getString("description"),
                row.getBoolean("operator"));
    }

    private static ApiToken token(ResultSet row, int number) throws SQLException {
        var lastUsed = row.getTimestamp("last_used_at");
        var account = row.getString("account_id");
        return new ApiToken(
                row.getString("id"),
                account == null
                        ? new Owner.User(row.getString("user_id"))
                        : new Owner.Account(account),
                row.getString("name"),
                row.getString("description"),
                permissions(row),
                row.getString("namespace"),
                row.getBoolean("extended"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("expires_at").toInstant(),
                lastUsed == null ? null : lastUsed.toInstant());
    }

    private static @Nullable Set<Permission> permissions(ResultSet row) throws SQLException {
        var array = row.getArray("permissions");
        if (array == null) {
            return null;
        }
        var permissions = EnumSet.noneOf(Permission.class);
        for (var name : (String[]) array.getArray()) {
            Permission.of(name).ifPresent(permissions::add);
        }
        return permissions;
    }
}
