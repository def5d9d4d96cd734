// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.workers;

import io.millrace.contracts.BatchOutputs;
import io.millrace.engine.Batches;
import io.millrace.execution.lane.ExecutionColumns;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What the executions that were started for batches have given. Their ids follow from the numbers
/// of the batches, so that a page is a look-up of so many rows, however many there are.
public final class BatchResults {
    private static final int MOST = 1000;

    private final JdbcClient jdbc;

    public BatchResults(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private record Found(String id, Map<String, @Nullable Object> outputs) {}

    BatchOutputs.Response outputs(BatchOutputs.Request request) {
        var batches =
                jdbc.sql(
                                """
                                select t.batches from task_runs t
                                  join executions e on e.id = t.execution_id
                                 where t.execution_id = :id and t.ordinal = :ordinal
                                   and e.tenant = :tenant and t.batches is not null
                                """)
                        .param("id", request.executionId())
                        .param("ordinal", request.taskRun())
                        .param("tenant", request.tenant())
                        .query(String.class)
                        .optional()
                        .map(Batches::parse);
        if (batches.isEmpty()) {
            return new BatchOutputs.Response(0, List.of());
        }
        int count = batches.get().count();
        var ids = new ArrayList<String>();
        int from = Math.max(0, request.from());
        int to = Math.min(count, from + Math.min(MOST, request.limit()));
        for (int batch = from; batch < to; batch++) {
            ids.add(batches.get().childId(request.executionId(), request.taskRun(), batch));
        }
        var outputs = outputsOf(request.tenant(), ids);
        return new BatchOutputs.Response(
                count, ids.stream().filter(outputs::containsKey).map(outputs::get).toList());
    }

    private Map<String, Map<String, @Nullable Object>> outputsOf(String tenant, List<String> ids) {
        var outputs = new HashMap<String, Map<String, @Nullable Object>>();
        if (ids.isEmpty()) {
            return outputs;
        }
        jdbc.sql(
                        """
                        select id, outputs from executions
                         where id = any(:ids) and tenant = :tenant and outputs is not null
                           and id between :first and :last
                        """)
                .param("first", Collections.min(ids))
                .param("last", Collections.max(ids))
                .param("ids", ids.toArray(String[]::new))
                .param("tenant", tenant)
                .query((row, _) ->
                        new Found(row.getString(1), ExecutionColumns.map(row.getString(2))))
                .list()
                .forEach(found -> outputs.put(found.id(), found.outputs()));
        return outputs;
    }
}
