// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.dashboards;

import io.millrace.flow.flows.FlowProperties;
import io.millrace.flow.flows.Flows;
import io.millrace.model.Dashboard;
import io.millrace.model.yaml.DashboardParser;
import io.millrace.model.yaml.ParsedDashboard;
import io.millrace.model.yaml.Problem;
import io.millrace.platform.access.Caller;
import io.millrace.platform.audit.AuditTrail;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.Paging;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Dashboards of the caller's tenant. Whether he may see them is the route's affair: they belong to
/// the tenant as a whole, and show everyone what he may see.
@Service
class Dashboards {
    private static final int MOST = 1_000;
    private static final Map<String, String> SORTABLE =
            Map.of("id", "id", "title", "title", "created", "created_at", "updated", "updated_at");

    private final EntityManager entities;
    private final JdbcClient jdbc;
    private final DashboardParser parser;
    private final AuditTrail audit;
    private final Clock clock;
    private final TransactionTemplate transactions;

    Dashboards(
            EntityManager entities,
            JdbcClient jdbc,
            FlowProperties properties,
            AuditTrail audit,
            Clock clock,
            PlatformTransactionManager transactionManager) {
        this.entities = entities;
        this.jdbc = jdbc;
        this.parser = new DashboardParser(properties.parserLimits());
        this.audit = audit;
        this.clock = clock;
        this.transactions = new TransactionTemplate(transactionManager);
    }

    /// @throws ServiceException.Invalid if the source has problems, or there is such a dashboard
    StoredDashboard create(String source) {
        var dashboard = read(source);
        var id = id(dashboard.id() == null ? UUID.randomUUID().toString() : dashboard.id());
        return inTransaction(() -> {
            if (find(id).isPresent()) {
                throw new ServiceException.Invalid("id", "Dashboard id already exists");
            }
            if (count("") >= MOST) {
                throw new ServiceException.Refused(
                        "Expected at most %d dashboards in a tenant".formatted(MOST));
            }
            var entity = new DashboardEntity(id, now());
            save(entity, dashboard, source, "dashboard.create", id);
            entities.persist(entity);
            entities.flush();
            return entity.toDashboard();
        });
    }

    /// @param ifMatch the entity tag that it must have, or absent
    StoredDashboard update(String dashboardId, String source, @Nullable String ifMatch) {
        var dashboard = read(source);
        if (dashboard.id() != null && !dashboard.id().equals(dashboardId)) {
            throw new ServiceException.Invalid("id", "Illegal dashboard id update");
        }
        var id = id(dashboardId);
        return inTransaction(() -> {
            var entity = lock(id);
            int version = entity.toDashboard().version();
            if (ifMatch != null
                    && !ifMatch.equals("*")
                    && !ifMatch.contains("\"" + version + "\"")) {
                throw new ServiceException.Outdated(
                        "Expected dashboard %s at version %s but it is at \"%d\""
                                .formatted(dashboardId, ifMatch, version));
            }
            save(entity, dashboard, source, "dashboard.update", id);
            entities.flush();
            return entity.toDashboard();
        });
    }

    void delete(String dashboardId) {
        var id = id(dashboardId);
        inTransaction(() -> {
            entities.remove(lock(id));
            changed("dashboard.delete", id);
            return id;
        });
    }

    StoredDashboard get(String dashboardId) {
        return get(id(dashboardId));
    }

    /// For the service that draws its charts.
    StoredDashboard get(DashboardId id) {
        return transactions
                .execute(_ -> find(id).map(DashboardEntity::toDashboard))
                .orElseThrow(() -> notFound(id));
    }

    /// @param cursor of the page before; in its place the page's number, if absent
    CursorResults<StoredDashboard> search(String text, Paging paging, @Nullable String cursor) {
        var after = Place.parse(cursor, 1, paging);
        var found =
                jdbc.sql(
                                """
                                select tenant, id, source, created_at as created, updated_at as updated,
                                       row_version as version
                                  from dashboard
                                 where tenant = :tenant
                                   and (:text = '' or strpos(lower(title), lower(:text)) > 0
                                        or strpos(lower(id), lower(:text)) > 0)
                                   and (:last::text is null or id > :last)
                                 order by %s, id limit :limit offset :offset
                                """
                                        .formatted(paging.orderBy(SORTABLE, "id")))
                        .param("last", after == null ? null : after.names().getFirst())
                        .param("tenant", Caller.current().tenant())
                        .param("text", text)
                        .param("limit", paging.size())
                        .param("offset", after == null ? paging.offset() : 0)
                        .query((row, _) ->
                                new StoredDashboard(
                                        row.getString("tenant"),
                                        row.getString("id"),
                                        row.getString("source"),
                                        row.getTimestamp("created").toInstant(),
                                        row.getTimestamp("updated").toInstant(),
                                        row.getInt("version")))
                        .list();
        return CursorResults.of(found, count(text), paging, dashboard -> Place.of(dashboard.id()));
    }

    private long count(String text) {
        return jdbc.sql(
                        """
                        select count(*) from dashboard
                         where tenant = :tenant
                           and (:text = '' or strpos(lower(title), lower(:text)) > 0
                                or strpos(lower(id), lower(:text)) > 0)
                        """)
                .param("tenant", Caller.current().tenant())
                .param("text", text)
                .query(Long.class)
                .single();
    }

    /// What is wrong with a source; stores nothing.
    List<Problem> check(String source) {
        return problems(parser.parse(source));
    }

    /// What is wrong with the source of a chart.
    List<Problem> checkChart(String source) {
        return problems(parser.parseChart(source));
    }

    private static List<Problem> problems(ParsedDashboard parsed) {
        return switch (parsed) {
            case ParsedDashboard.Valid _ -> List.of();
            case ParsedDashboard.Invalid(var problems) -> problems;
        };
    }

    /// @throws ServiceException.Invalid if there are problems
    Dashboard read(String source) {
        return switch (parser.parse(source)) {
            case ParsedDashboard.Valid(var dashboard) -> dashboard;
            case ParsedDashboard.Invalid(var problems) -> throw Flows.invalid(problems);
        };
    }

    private Optional<DashboardEntity> find(DashboardId id) {
        return Optional.ofNullable(entities.find(DashboardEntity.class, id));
    }

    private DashboardEntity lock(DashboardId id) {
        return Optional.ofNullable(
                        entities.find(DashboardEntity.class, id, LockModeType.PESSIMISTIC_WRITE))
                .orElseThrow(() -> notFound(id));
    }

    private void save(
            DashboardEntity entity,
            Dashboard dashboard,
            String source,
            String action,
            DashboardId id) {
        entity.saved(dashboard.title(), source, now(), Caller.current().subject());
        changed(action, id);
    }

    private void changed(String action, DashboardId id) {
        audit.changed(id.tenant(), Caller.current().subject(), action, "dashboard/" + id, Map.of());
    }

    private <T> T inTransaction(Supplier<T> work) {
        try {
            return transactions.execute(_ -> work.get());
        } catch (DataIntegrityViolationException e) {
            throw new ServiceException.Invalid("id", "Dashboard id already exists");
        }
    }

    private static DashboardId id(String id) {
        return new DashboardId(Caller.current().tenant(), id);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static ServiceException.NotFound notFound(DashboardId id) {
        return new ServiceException.NotFound("Not Found: dashboard " + id);
    }
}
