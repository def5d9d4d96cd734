// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.tests;

import io.millrace.contracts.Codec;
import io.millrace.execution.lane.ExecutionColumns;
import io.millrace.flowtest.SuiteRun;
import io.millrace.flowtest.TestState;
import io.millrace.platform.access.NamespaceScope;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.platform.web.Paging;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What came of runs of suites; of each suite the newest are kept.
final class TestRuns {
    private static final Map<String, String> SORTABLE =
            Map.of(
                    "id", "id",
                    "testSuiteId", "suite_id",
                    "namespace", "namespace",
                    "flowId", "flow_id",
                    "state", "state",
                    "startDate", "started_at",
                    "endDate", "ended_at");

    private final JdbcClient jdbc;

    TestRuns(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void add(String tenant, SuiteRun run, int keep) {
        jdbc.sql(
                        """
                        with old as (
                          delete from test_runs t using (
                            select id from test_runs
                             where tenant = :tenant and namespace = :namespace
                               and suite_id = :suite
                             order by id desc offset :keep) as o
                           where t.tenant = :tenant and t.id = o.id)
                        insert into test_runs (tenant, id, namespace, suite_id, flow_id, state,
                               started_at, ended_at, results)
                        values (:tenant, :id, :namespace, :suite, :flow, :state, :begin, :end,
                               :results::jsonb)
                        """)
                .param("tenant", tenant)
                .param("id", run.id())
                .param("namespace", run.namespace())
                .param("suite", run.testSuiteId())
                .param("flow", run.flowId())
                .param("state", run.state().name())
                .param("begin", run.startDate().atOffset(ZoneOffset.UTC))
                .param("end", run.endDate().atOffset(ZoneOffset.UTC))
                .param("results", ExecutionColumns.json(run.results()))
                .param("keep", keep - 1)
                .update();
    }

    Optional<SuiteRun> find(String tenant, String id) {
        return jdbc.sql("select * from test_runs where tenant = :tenant and id = :id")
                .param("tenant", tenant)
                .param("id", id)
                .query((row, _) -> run(row))
                .optional();
    }

    Optional<SuiteRun> last(String tenant, String namespace, String suiteId) {
        return jdbc.sql(
                        """
                        select * from test_runs
                         where tenant = :tenant and namespace = :namespace and suite_id = :suite
                         order by id desc limit 1
                        """)
                .param("tenant", tenant)
                .param("namespace", namespace)
                .param("suite", suiteId)
                .query((row, _) -> run(row))
                .optional();
    }

    /// @param cursor of the page before; in its place the page's number, if absent
    CursorResults<SuiteRun> search(
            String tenant,
            NamespaceScope scope,
            @Nullable String suiteId,
            @Nullable String namespace,
            @Nullable String flowId,
            Paging paging,
            @Nullable String cursor) {
        var after = Place.parse(cursor, 1, paging);
        var where = new StringBuilder(" from test_runs where tenant = :tenant");
        where.append(" and namespace || '.' like any (:scope)");
        var parameters = new HashMap<String, Object>();
        parameters.put("tenant", tenant);
        parameters.put("scope", scope.likePatterns());
        and(where, parameters, "suite_id", suiteId);
        and(where, parameters, "namespace", namespace);
        and(where, parameters, "flow_id", flowId);
        var found =
                jdbc.sql(
                                "select *"
                                        + where
                                        + (after == null ? "" : " and id < :last")
                                        + " order by "
                                        + paging.orderBy(SORTABLE, "id desc")
                                        + ", id desc limit :limit offset :offset")
                        .params(parameters)
                        .param("last", after == null ? "" : after.name(0))
                        .param("limit", paging.size())
                        .param("offset", after == null ? paging.offset() : 0)
                        .query((row, _) -> run(row))
                        .list();
        long total =
                jdbc.sql("select count(*)" + where).params(parameters).query(Long.class).single();
        return CursorResults.of(found, total, paging, run -> Place.of(run.id()));
    }

    private static void and(
            StringBuilder where,
            Map<String, Object> parameters,
            String column,
            @Nullable String value) {
        if (value != null) {
            where.append(" and ").append(column).append(" = :").append(column);
            parameters.put(column, value);
        }
    }

    private static SuiteRun run(ResultSet row) throws SQLException {
        return new SuiteRun(
                row.getString("id"),
                row.getString("suite_id"),
                row.getString("namespace"),
                row.getString("flow_id"),
                TestState.valueOf(row.getString("state")),
                ExecutionColumns.instantOf(row, "started_at"),
                ExecutionColumns.instantOf(row, "ended_at"),
                List.copyOf(
                        Arrays.asList(
                                Codec.decode(
                                        row.getString("results").getBytes(StandardCharsets.UTF_8),
                                        SuiteRun.CaseRun[].class))));
    }
}
