// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.tests;

import io.millrace.flow.flows.FlowProperties;
import io.millrace.flow.flows.Flows;
import io.millrace.flow.settings.ManagedNamespaces;
import io.millrace.model.Flow;
import io.millrace.model.Task;
import io.millrace.model.TestSuite;
import io.millrace.model.yaml.ParsedFlow;
import io.millrace.model.yaml.ParsedSuite;
import io.millrace.model.yaml.Problem;
import io.millrace.model.yaml.SuiteParser;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.NamespaceScope;
import io.millrace.platform.access.Permission;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.EntityTag;
import io.millrace.platform.web.NamedRows;
import io.millrace.platform.web.Paging;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Test suites of the caller's tenant. Who may read, write or delete a flow may do so with its
/// tests.
@Service
class Suites {
    private static final Map<String, String> SORTABLE =
            Map.of("id", "id", "namespace", "namespace", "flowId", "flow_id");
    private static final Pattern DISABLED = Pattern.compile("(?m)^disabled:.*$");

    private final EntityManager entities;
    private final JdbcClient jdbc;
    private final Flows flows;
    private final ManagedNamespaces managed;
    private final SuiteParser parser;
    private final Access access;
    private final AuditTrail audit;
    private final Clock clock;
    private final TransactionTemplate transactions;

    Suites(
            EntityManager entities,
            JdbcClient jdbc,
            Flows flows,
            ManagedNamespaces managed,
            FlowProperties properties,
            Access access,
            AuditTrail audit,
            Clock clock,
            PlatformTransactionManager transactionManager) {
        this.entities = entities;
        this.jdbc = jdbc;
        this.flows = flows;
        this.managed = managed;
        this.parser = new SuiteParser(properties.parserLimits());
        this.access = access;
        this.audit = audit;
        this.clock = clock;
        this.transactions = new TransactionTemplate(transactionManager);
    }

    /// What is wrong with a source.
    ///
    /// @param warnings what can be stored, but not be run as it is
    record Checked(
            @Nullable String namespace,
            @Nullable String flowId,
            List<Problem> problems,
            List<String> warnings) {}

    StoredSuite create(String source) {
        var suite = StoredSuite.read(parser, source);
        access.require(Permission.FLOW_CREATE, suite.suite().namespace());
        var id = id(suite);
        return inTransaction(() -> {
            if (find(id).isPresent()) {
                throw new ServiceException.Invalid("id", "Test suite id already exists");
            }
            var entity = new SuiteEntity(id, now());
            save(entity, suite, "test.create", id);
            entities.persist(entity);
            return suite;
        });
    }

    /// @param ifMatch the entity tag that it must have, or absent
    StoredSuite update(String namespace, String id, String source, @Nullable String ifMatch) {
        access.require(Permission.FLOW_UPDATE, namespace);
        var target = id(namespace, id);
        var suite = StoredSuite.read(parser, source);
        if (!id(suite).equals(target)) {
            throw new ServiceException.Invalid(
                    "id",
                    "Expected test suite %s but the source is of %s".formatted(target, id(suite)));
        }
        return inTransaction(() -> {
            var entity = lock(target);
            EntityTag.require("test suite " + target, ifMatch, EntityTag.of(entity.source()));
            save(entity, suite, "test.update", target);
            return suite;
        });
    }

    /// Creates or updates one, in the caller's transaction.
    void put(StoredSuite suite) {
        var id = id(suite);
        access.require(Permission.FLOW_CREATE, id.namespace());
        access.require(Permission.FLOW_UPDATE, id.namespace());
        var found =
                Optional.ofNullable(
                        entities.find(SuiteEntity.class, id, LockModeType.PESSIMISTIC_WRITE));
        var entity = found.orElseGet(() -> new SuiteEntity(id, now()));
        save(entity, suite, found.isEmpty() ? "test.create" : "test.update", id);
        if (found.isEmpty()) {
            entities.persist(entity);
        }
    }

    /// Deletes those that are there, in the caller's transaction.
    void deletePresent(List<SuiteId> suites) {
        for (var suite : suites) {
            access.require(Permission.FLOW_DELETE, suite.namespace());
            find(suite)
                    .ifPresent(entity -> {
                        entities.remove(entity);
                        changed("test.delete", suite);
                    });
        }
    }

    StoredSuite get(String namespace, String id) {
        access.require(Permission.FLOW_READ, namespace, "test suite " + namespace + "/" + id);
        var wanted = id(namespace, id);
        return transactions
                .execute(_ -> find(wanted).map(e -> StoredSuite.read(parser, e.source())))
                .orElseThrow(() -> notFound(wanted));
    }

    /// Deletes all of them, or none.
    int delete(List<SuiteId> suites) {
        suites.forEach(suite -> access.require(Permission.FLOW_DELETE, suite.namespace()));
        return inTransaction(() -> {
            for (var suite : suites) {
                entities.remove(lock(suite));
                changed("test.delete", suite);
            }
            return suites.size();
        });
    }

    /// Enables or disables all of them, or none: their sources say so then.
    int setDisabled(List<SuiteId> suites, boolean disabled) {
        suites.forEach(suite -> access.require(Permission.FLOW_UPDATE, suite.namespace()));
        return inTransaction(() -> {
            for (var id : suites) {
                var entity = lock(id);
                var source = disabled(entity.source(), disabled);
                save(entity, StoredSuite.read(parser, source), "test.update", id);
            }
            return suites.size();
        });
    }

    private String disabled(String source, boolean disabled) {
        var line = "disabled: " + disabled;
        var found = DISABLED.matcher(source);
        var edited =
                found.find()
                        ? found.replaceFirst(line)
                        : source + (source.endsWith("\n") ? "" : "\n") + line + "\n";
        if (parser.parse(edited) instanceof ParsedSuite.Valid valid
                && valid.suite().disabled() == disabled) {
            return edited;
        }
        throw new ServiceException.Refused(
                "The source doesn't say `disabled` on a line of its own: edit it");
    }

    /// @param text part of the id of a suite or of its flow, or empty
    /// @param cursor of the page before; in its place the page's number, if absent
    CursorResults<StoredSuite> search(
            String text,
            @Nullable String namespace,
            @Nullable String flowId,
            boolean children,
            Paging paging,
            @Nullable String cursor) {
        var tenant = Caller.current().tenant();
        var scope = access.scope(Permission.FLOW_READ);
        var where =
                """
                  from test_suite
                 where tenant = :tenant and namespace || '.' like any (:scope)
                   and (:namespace::text is null or namespace = :namespace
                        or (:children and starts_with(namespace, :namespace || '.')))
                   and (:flow::text is null or flow_id = :flow)
                   and (strpos(lower(id), :text) > 0 or strpos(lower(flow_id), :text) > 0)
                """;
        var parameters = new java.util.HashMap<String, @Nullable Object>();
        parameters.put("tenant", tenant);
        parameters.put("scope", scope.likePatterns());
        parameters.put("namespace", namespace);
        parameters.put("children", children);
        parameters.put("flow", flowId);
        parameters.put("text", text.toLowerCase(Locale.ROOT));
        return new NamedRows("source", where, List.of("namespace", "id"), parameters)
                .sorted(
                        jdbc,
                        paging,
                        SORTABLE,
                        cursor,
                        (rs, _) -> StoredSuite.read(parser, rs.getString(1)),
                        stored -> Place.of(stored.suite().namespace(), stored.suite().id()));
    }

    /// Sources of a tenant's suites, for the service that runs them.
    List<String> sources(
            String tenant,
            NamespaceScope scope,
            @Nullable String namespace,
            @Nullable String flowId,
            @Nullable String id,
            boolean children,
            int limit) {
        return jdbc.sql(
                        """
                        select source from test_suite
                         where tenant = :tenant and namespace || '.' like any (:scope)
                           and (:namespace::text is null or namespace = :namespace
                                or (:children and starts_with(namespace, :namespace || '.')))
                           and (:flow::text is null or flow_id = :flow)
                           and (:id::text is null or id = :id)
                         order by namespace, id limit :limit
                        """)
                .param("tenant", tenant)
                .param("scope", scope.likePatterns())
                .param("namespace", namespace)
                .param("children", children)
                .param("flow", flowId)
                .param("id", id)
                .param("limit", limit)
                .query(String.class)
                .list();
    }

    /// Says what is wrong with a source; stores nothing.
    Checked check(String source) {
        return switch (parser.parse(source)) {
            case ParsedSuite.Invalid(var problems) -> new Checked(null, null, problems, List.of());
            case ParsedSuite.Valid(var suite, var _) -> {
                var warnings = new ArrayList<String>();
                var flow =
                        access.allows(Permission.FLOW_READ, suite.namespace())
                                ? flows.stored(suite.namespace(), suite.flowId())
                                : Optional.<ParsedFlow>empty();
                if (flow.isEmpty()) {
                    warnings.add(
                            "Expected the flow %s.%s but there is none"
                                    .formatted(suite.namespace(), suite.flowId()));
                } else if (flow.get() instanceof ParsedFlow.Valid(var tested, _, _)) {
                    warnings.addAll(fixturesOfNoTask(suite, tested));
                }
                yield new Checked(suite.namespace(), suite.flowId(), List.of(), warnings);
            }
        };
    }

    /// Fixtures for tasks that the flow doesn't have: with them its tests can't be run.
    private static List<String> fixturesOfNoTask(TestSuite suite, Flow flow) {
        var tasks = flow.allTasks();
        if (tasks.stream().anyMatch(Task.Template.class::isInstance)) {
            return List.of(); // what a template has isn't looked up
        }
        var known = tasks.stream().map(Task::id).collect(Collectors.toSet());
        var warnings = new ArrayList<String>();
        for (var test : suite.testCases()) {
            for (var fixture : test.fixtures().tasks()) {
                if (!known.contains(fixture.id())) {
                    warnings.add(
                            "Expected a task `%s` in the flow %s.%s, which a fixture of `%s` is for, but there is none"
                                    .formatted(
                                            fixture.id(), flow.namespace(), flow.id(), test.id()));
                }
            }
        }
        return warnings;
    }

    private Optional<SuiteEntity> find(SuiteId id) {
        return Optional.ofNullable(entities.find(SuiteEntity.class, id));
    }

    private SuiteEntity lock(SuiteId id) {
        return Optional.ofNullable(
                        entities.find(SuiteEntity.class, id, LockModeType.PESSIMISTIC_WRITE))
                .orElseThrow(() -> notFound(id));
    }

    private void save(SuiteEntity entity, StoredSuite suite, String action, SuiteId id) {
        entity.saved(suite, now(), Caller.current().subject());
        changed(action, id);
    }

    private void changed(String action, SuiteId id) {
        managed.requireEditable(id.tenant(), List.of(id.namespace()));
        audit.changed(id.tenant(), Caller.current().subject(), action, "test/" + id, Map.of());
    }

    private <T> T inTransaction(Supplier<T> work) {
        try {
            return transactions.execute(_ -> work.get());
        } catch (DataIntegrityViolationException e) {
            throw new ServiceException.Invalid("id", "Test suite id already exists");
        }
    }

    private static SuiteId id(StoredSuite suite) {
        return id(suite.suite().namespace(), suite.suite().id());
    }

    static SuiteId id(String namespace, String id) {
        return new SuiteId(Caller.current().tenant(), namespace, id);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static ServiceException.NotFound notFound(SuiteId id) {
        return new ServiceException.NotFound("Not Found: test suite " + id);
    }
}
