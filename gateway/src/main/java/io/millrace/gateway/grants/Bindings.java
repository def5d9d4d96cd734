// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.grants;

import io.millrace.gateway.GatewayProperties;
import io.millrace.gateway.signin.Principal;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.access.Quota;
import io.millrace.platform.access.Role;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.tenancy.TenantScope;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.EntityTag;
import io.millrace.platform.web.NamedRows;
import io.millrace.platform.web.Paging;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Who may do what, in memory and as of now: every look asks the database for the version, and
/// reads all again if it has moved. Looks that arrive while a query is under way share the next
/// one, so that a busy gateway asks no more often than a query takes.
@Component
public class Bindings {
    private static final Permission RULES = Permission.BINDING_UPDATE;
    private static final String NAMESPACE = "[a-z0-9][a-zA-Z0-9._-]*";

    private final JdbcClient jdbc;
    private final TransactionOperations transactions;
    private final TransactionOperations outside;
    private final Roles roles;
    private final Set<String> operatorUsers;
    private final Set<String> operatorGroups;
    private final Set<String> adminsByMapping;
    private final ReentrantLock asking = new ReentrantLock();
    private final Object queue = new Object();
    private @Nullable CompletableFuture<Snapshot> next;
    private volatile Snapshot last = Snapshot.NONE;

    Bindings(
            JdbcClient jdbc,
            PlatformTransactionManager transactionManager,
            GatewayProperties properties,
            Roles roles) {
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactionManager);
        var outside = new TransactionTemplate(transactionManager);
        outside.setPropagationBehavior(TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
        this.outside = outside;
        this.roles = roles;
        this.operatorUsers = named(properties, GatewayProperties.Operator::user);
        this.operatorGroups = named(properties, GatewayProperties.Operator::group);
        this.adminsByMapping =
                properties.issuers().stream()
                        .flatMap(issuer -> issuer.groupMappings().stream())
                        .filter(m -> m.namespace().isEmpty())
                        .filter(m -> m.role().permissions().contains(RULES))
                        .map(GatewayProperties.GroupMapping::tenant)
                        .collect(Collectors.toUnmodifiableSet());
        configure(properties.bindings());
    }

    private static Set<String> named(
            GatewayProperties properties,
            java.util.function.Function<GatewayProperties.Operator, @Nullable String> name) {
        var names = new HashSet<String>();
        for (var operator : properties.operators()) {
            var one = name.apply(operator);
            if (one != null && !one.isBlank()) {
                names.add(one);
            }
        }
        return Set.copyOf(names);
    }

    /// The state as of a moment after this call began.
    public Snapshot current() {
        CompletableFuture<Snapshot> mine;
        boolean first = false;
        synchronized (queue) {
            if (next == null) {
                next = new CompletableFuture<>();
                first = true;
            }
            mine = next;
        }
        if (first) {
            ask(mine);
        }
        try {
            return mine.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private void ask(CompletableFuture<Snapshot> waiting) {
        asking.lock();
        try {
            synchronized (queue) {
                // who comes from now on may have seen a later change than the query below
                next = null;
            }
            waiting.complete(TenantScope.across(this::readOutside));
        } catch (RuntimeException e) {
            waiting.completeExceptionally(e);
        } finally {
            asking.unlock();
        }
    }

    /// What is shared with all requests isn't read in the transaction of one: that sees its own
    /// tenant alone, and what it hasn't committed.
    private Snapshot readOutside() {
        return TransactionSynchronizationManager.isActualTransactionActive()
                ? Objects.requireNonNull(outside.execute(_ -> read()))
                : read();
    }

    private Snapshot read() {
        long version = jdbc.sql("select version from binding_version").query(Long.class).single();
        var known = last;
        if (known.version() != version) {
            // a change between the two queries bumps the version again: the next look reads it
            var byTenant = new HashMap<String, List<Binding>>();
            for (var binding : all()) {
                byTenant.computeIfAbsent(binding.tenant(), _ -> new ArrayList<>()).add(binding);
            }
            known =
                    new Snapshot(
                            version,
                            Set.copyOf(strings("select id from tenant where state = 'active'")),
                            Map.copyOf(byTenant),
                            roles.all().stream()
                                    .collect(
                                            Collectors.toUnmodifiableMap(
                                                    CustomRole::id, role -> role)),
                            memberships(),
                            operators(),
                            Set.copyOf(strings("select subject from known_user where restricted")),
                            operatorGroups,
                            quotas(),
                            expected());
            last = known;
        }
        return known;
    }

    private List<String> strings(String sql) {
        return jdbc.sql(sql).query(String.class).list();
    }

    private Map<String, List<Quota>> quotas() {
        var quotas = new HashMap<String, List<Quota>>();
        jdbc.sql("select * from quota order by tenant, namespace, kind")
                .query(row -> {
                    var namespace = row.getString("namespace");
                    long amount = row.getLong("amount");
                    var tenant = row.getString("tenant");
                    Quota.Kind.of(row.getString("kind"))
                            .ifPresent(kind ->
                                    quotas.computeIfAbsent(tenant, _ -> new ArrayList<>())
                                            .add(new Quota(kind, namespace, amount)));
                });
        return quotas;
    }

    private Map<String, Instant> expected() {
        var expected = new HashMap<String, Instant>();
        jdbc.sql(
                        """
                        select lower(email) as email, timestamptz '9999-12-31Z' as until
                          from known_user where starts_with(subject, :awaited)
                         union all
                        select email, expires_at from invitation where accepted_at is null
                        """)
                .param("awaited", Principal.AWAITED)
                .query(row -> {
                    expected.merge(
                            row.getString("email"),
                            row.getTimestamp("until").toInstant(),
                            (one, other) -> one.isAfter(other) ? one : other);
                });
        return expected;
    }

    private Set<String> operators() {
        var operators = new HashSet<>(strings("select subject from known_user where operator"));
        operators.addAll(operatorUsers);
        return Set.copyOf(operators);
    }

    private Map<String, Map<String, Set<String>>> memberships() {
        var byTenant = new HashMap<String, Map<String, Set<String>>>();
        jdbc.sql(
                        """
                        select g.tenant, g.name, u.subject
                          from group_member m
                          join user_group g on g.id = m.group_id
                          join known_user u on u.id = m.user_id
                        """)
                .query(row -> {
                    byTenant.computeIfAbsent(row.getString("tenant"), _ -> new HashMap<>())
                            .computeIfAbsent(row.getString("subject"), _ -> new HashSet<>())
                            .add(row.getString("name"));
                });
        jdbc.sql(
                        """
                        select g.tenant, g.name, m.account_id
                          from account_group m join user_group g on g.id = m.group_id
                        """)
                .query(row -> {
                    byTenant.computeIfAbsent(row.getString("tenant"), _ -> new HashMap<>())
                            .computeIfAbsent(
                                    Snapshot.memberOf(row.getString("account_id")),
                                    _ -> new HashSet<>())
                            .add(row.getString("name"));
                });
        return byTenant;
    }

    private List<Binding> all() {
        return jdbc.sql("select * from role_binding").query(Bindings::binding).list();
    }

    private static Binding binding(ResultSet row, int number) throws SQLException {
        return new Binding(
                row.getObject("id", UUID.class),
                row.getString("tenant"),
                Binding.Kind.of(row.getString("kind")),
                row.getString("name"),
                row.getString("role"),
                row.getString("namespace"),
                row.getBoolean("configured"));
    }

    public List<Binding> list(String tenant) {
        return jdbc.sql(
                        "select * from role_binding where tenant = ? order by kind, name, namespace")
                .param(tenant)
                .query(Bindings::binding)
                .list();
    }

    /// A page of them, by whom they are for.
    ///
    /// @param namespace those that hold in it, be it from above; empty: all
    /// @param cursor of the page before; in its place the page's number, if absent
    CursorResults<Binding> page(
            String tenant, String namespace, Paging paging, @Nullable String cursor) {
        return new NamedRows(
                        "*",
                        """
                        from role_binding
                         where tenant = :tenant
                           and (:namespace = '' or namespace = ''
                                or starts_with(:namespace || '.', namespace || '.'))
                        """,
                        List.of("kind", "name", "namespace", "role"),
                        Map.of("tenant", tenant, "namespace", namespace))
                .page(
                        jdbc,
                        paging,
                        cursor,
                        Bindings::binding,
                        b -> Place.of(b.kind().id(), b.name(), b.namespace(), b.role()));
    }

    /// Runs a change of who may do what in one transaction. It holds on every instance for all
    /// requests that begin after it has returned. One change waits for another: what it has read in
    /// `change` is so until it is done.
    public <T> T change(Supplier<T> change) {
        var result =
                transactions.execute(_ -> {
                    jdbc.sql("update binding_version set version = version + 1").update();
                    return change.get();
                });
        if (result == null) {
            throw new IllegalStateException("Expected the change to give something");
        }
        return result;
    }

    /// Nobody gives what he doesn't have himself.
    ///
    /// @param namespace empty for the whole tenant
    /// @throws ServiceException.Invalid if there is no such role, or that is no namespace
    /// @throws ServiceException.Forbidden if the caller may not give it there
    public void checkMayGive(String tenant, @Nullable String role, String namespace) {
        var gives = role == null ? null : current().permissions(tenant, role).orElse(null);
        if (gives == null) {
            throw new ServiceException.Invalid(
                    "role",
                    "Expected a role of the tenant, or one of "
                            + List.of(Role.values()).stream().map(Role::id).toList()
                            + ", in role but got "
                            + role);
        }
        if (!namespace.isEmpty() && !namespace.matches(NAMESPACE)) {
            throw new ServiceException.Invalid("namespace", "Expected a namespace");
        }
        if (!Caller.current().mayAll(gives, namespace)) {
            throw new ServiceException.Forbidden(
                    "Expected a role that gives no more than you have yourself");
        }
    }

    /// As [#change]; whoever takes access from somebody leaves an admin to the tenant, if it has
    /// one. Without one, nobody in it could give access again.
    ///
    /// @throws ServiceException.Conflict if it would have none
    public <T> T changeKeepingAnAdmin(String tenant, Supplier<T> change) {
        return change(() -> {
            boolean had = hasAdmin(tenant);
            var result = change.get();
            if (had && !hasAdmin(tenant)) {
                throw new ServiceException.Conflict(
                        "Expected another user or group to be admin of tenant %s first: this would take its last admin"
                                .formatted(tenant));
            }
            return result;
        });
    }

    /// Whether there is a person who may give roles in all of the tenant. Who comes by a group of
    /// the configuration, or of an issuer that the configuration maps, may still be unknown.
    private boolean hasAdmin(String tenant) {
        if (adminsByMapping.contains(tenant)) {
            return true;
        }
        var ruling =
                Stream.concat(
                                Stream.of(Role.values())
                                        .filter(r -> r.permissions().contains(RULES))
                                        .map(Role::id),
                                roles.list(tenant).stream()
                                        .filter(r -> r.permissions().contains(RULES))
                                        .map(CustomRole::id))
                        .toArray(String[]::new);
        return jdbc.sql(
                        """
                        select exists (
                          select from role_binding b
                           where b.tenant = :tenant and b.namespace = '' and b.role = any(:roles)
                             and (b.configured
                                  or b.kind = 'user'
                                     and not exists (select from known_user u
                                                      where u.subject = b.name and u.restricted)
                                  or b.kind = 'group'
                                     and exists (select from known_user u
                                                  where not u.restricted
                                                    and (b.name = any(u.groups)
                                                         or exists (
                                                           select from group_member m
                                                             join user_group g on g.id = m.group_id
                                                            where m.user_id = u.id
                                                              and g.tenant = b.tenant
                                                              and g.name = b.name)))))
                        """)
                .param("tenant", tenant)
                .param("roles", ruling)
                .query(Boolean.class)
                .single();
    }

    /// @throws ServiceException.Forbidden if the members of a group may what the caller may not
    public void checkMayJoin(String tenant, Collection<String> groups) {
        if (groups.isEmpty()) {
            return;
        }
        var snapshot = current();
        for (var binding : list(tenant)) {
            if (binding.kind() == Binding.Kind.GROUP && groups.contains(binding.name())) {
                snapshot.grant(binding)
                        .filter(g -> !Caller.current().mayAll(g.permissions(), g.namespace()))
                        .ifPresent(_ -> {
                            throw new ServiceException.Forbidden(
                                    "Expected a group that gives no more than you have yourself");
                        });
            }
        }
    }

    /// @throws ServiceException.Conflict if there is one like it
    public Binding add(Binding binding) {
        if (insert(binding) == 0) {
            throw new ServiceException.Conflict("There is such a binding already");
        }
        return binding;
    }

    /// Gives the same one another role, or the same role elsewhere.
    ///
    /// @param ifMatch the entity tag that it must have, or absent
    /// @return the binding as it was
    /// @throws ServiceException.NotFound if the tenant has none of that id
    /// @throws ServiceException.Refused if it comes from the configuration
    /// @throws ServiceException.Conflict if there is another like it
    public Binding replace(
            String tenant, UUID id, String role, String namespace, @Nullable String ifMatch) {
        var binding = given(tenant, id);
        EntityTag.require("binding " + id, ifMatch, binding.tag());
        try {
            jdbc.sql("update role_binding set role = ?, namespace = ? where id = ?")
                    .params(role, namespace, id)
                    .update();
        } catch (DuplicateKeyException _) {
            throw new ServiceException.Conflict("There is such a binding already");
        }
        return binding;
    }

    /// @throws ServiceException.NotFound if the tenant has none of that id
    public Binding get(String tenant, UUID id) {
        return jdbc.sql("select * from role_binding where tenant = ? and id = ?")
                .params(tenant, id)
                .query(Bindings::binding)
                .optional()
                .orElseThrow(() -> new ServiceException.NotFound("Not Found: binding " + id));
    }

    private Binding given(String tenant, UUID id) {
        var binding = get(tenant, id);
        if (binding.configured()) {
            throw new ServiceException.Refused(
                    "This binding comes from the configuration and is changed there");
        }
        return binding;
    }

    /// @throws ServiceException.NotFound if the tenant has none of that id
    /// @throws ServiceException.Refused if it comes from the configuration
    public Binding remove(String tenant, UUID id) {
        var binding = given(tenant, id);
        jdbc.sql("delete from role_binding where id = ?").param(id).update();
        return binding;
    }

    private int insert(Binding binding) {
        return jdbc.sql(
                        """
                        insert into role_binding
                               (id, tenant, kind, name, role, namespace, configured)
                        values (?, ?, ?, ?, ?, ?, ?)
                            on conflict (tenant, kind, name, role, namespace) do nothing
                        """)
                .params(
                        binding.id(),
                        binding.tenant(),
                        binding.kind().id(),
                        binding.name(),
                        binding.role(),
                        binding.namespace(),
                        binding.configured())
                .update();
    }

    /// Brings the configured bindings in line with the configuration. Instances that start at the
    /// same time wait for each other on the version's row.
    private void configure(List<GatewayProperties.Binding> configured) {
        transactions.executeWithoutResult(_ -> {
            jdbc.sql("update binding_version set version = version + 1").update();
            jdbc.sql("delete from role_binding where configured").update();
            for (var c : configured) {
                var user = c.user();
                var group = c.group();
                if ((user == null) == (group == null)) {
                    throw new IllegalStateException(
                            "Expected either a user or a group in millrace.gateway.bindings");
                }
                var kind = user != null ? Binding.Kind.USER : Binding.Kind.GROUP;
                // a tenant that an operator has removed doesn't come back by a restart
                jdbc.sql(
                                """
                                insert into tenant (id, name, configured) values (?, ?, true)
                                    on conflict (id) do update set configured = true
                                """)
                        .params(c.tenant(), c.tenant())
                        .update();
                insert(
                        new Binding(
                                UUID.randomUUID(),
                                c.tenant(),
                                kind,
                                user != null ? user : String.valueOf(group),
                                c.role().id(),
                                c.namespace(),
                                true));
            }
        });
    }
}
