// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.grants;

import io.millrace.gateway.GatewayProperties;
import io.millrace.gateway.signin.Principal;
import io.millrace.platform.access.Grant;
import io.millrace.platform.access.Role;
import io.millrace.platform.problem.ServiceException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/// All bindings, in memory and as of now: every look asks the database for their version, and reads
/// them again if it has moved. Looks that arrive while a query is under way share the next one, so
/// that a busy gateway asks no more often than a query takes.
@Component
public class Bindings {
    private final JdbcClient jdbc;
    private final TransactionOperations transactions;
    private final ReentrantLock asking = new ReentrantLock();
    private final Object queue = new Object();
    private @Nullable CompletableFuture<Snapshot> next;
    private volatile Snapshot last = new Snapshot(-1, Map.of());

    /// @param byTenant the bindings of each tenant
    public record Snapshot(long version, Map<String, List<Binding>> byTenant) {

        /// What a principal may do in a tenant; empty if he may not know that it exists.
        public List<Grant> grants(Principal principal, String tenant) {
            var grants = new ArrayList<Grant>();
            for (var binding : byTenant.getOrDefault(tenant, List.of())) {
                boolean meant =
                        switch (binding.kind()) {
                            case USER -> binding.name().equals(principal.subject());
                            case GROUP -> principal.groups().contains(binding.name());
                        };
                if (meant) {
                    grants.add(binding.grant());
                }
            }
            return grants;
        }
    }

    Bindings(JdbcClient jdbc, TransactionOperations transactions, GatewayProperties properties) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        configure(properties.bindings());
    }

    /// The bindings as of a moment after this call began.
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
            waiting.complete(read());
        } catch (RuntimeException e) {
            waiting.completeExceptionally(e);
        } finally {
            asking.unlock();
        }
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
            known = new Snapshot(version, Map.copyOf(byTenant));
            last = known;
        }
        return known;
    }

    private List<Binding> all() {
        return jdbc.sql("select * from role_binding").query(Bindings::binding).list();
    }

    private static Binding binding(ResultSet row, int number) throws SQLException {
        return new Binding(
                row.getObject("id", UUID.class),
                row.getString("tenant"),
                Binding.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                row.getString("name"),
                Role.of(row.getString("role")).orElseThrow(),
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

    /// @throws ServiceException.Conflict if there is one like it
    public Binding add(Binding binding) {
        transactions.executeWithoutResult(_ -> {
            if (insert(binding) == 0) {
                throw new ServiceException.Conflict("There is such a binding already");
            }
            bump();
        });
        return binding;
    }

    /// @throws ServiceException.NotFound if the tenant has none of that id
    /// @throws ServiceException.Refused if it comes from the configuration
    public void remove(String tenant, UUID id) {
        transactions.executeWithoutResult(_ -> {
            var binding =
                    list(tenant).stream()
                            .filter(b -> b.id().equals(id))
                            .findFirst()
                            .orElseThrow(() ->
                                    new ServiceException.NotFound("Not Found: binding " + id));
            if (binding.configured()) {
                throw new ServiceException.Refused(
                        "This binding comes from the configuration and is taken away there");
            }
            jdbc.sql("delete from role_binding where id = ?").param(id).update();
            bump();
        });
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
                        binding.kind().name().toLowerCase(Locale.ROOT),
                        binding.name(),
                        binding.role().id(),
                        binding.namespace(),
                        binding.configured())
                .update();
    }

    private void bump() {
        jdbc.sql("update binding_version set version = version + 1").update();
    }

    /// Brings the configured bindings in line with the configuration. Instances that start at the
    /// same time wait for each other on the version's row.
    private void configure(List<GatewayProperties.Binding> configured) {
        transactions.executeWithoutResult(_ -> {
            bump();
            jdbc.sql("delete from role_binding where configured").update();
            for (var c : configured) {
                var user = c.user();
                var group = c.group();
                if ((user == null) == (group == null)) {
                    throw new IllegalStateException(
                            "Expected either a user or a group in millrace.gateway.bindings");
                }
                var kind = user != null ? Binding.Kind.USER : Binding.Kind.GROUP;
                insert(
                        new Binding(
                                UUID.randomUUID(),
                                c.tenant(),
                                kind,
                                user != null ? user : String.valueOf(group),
                                c.role(),
                                c.namespace(),
                                true));
            }
        });
    }
}
