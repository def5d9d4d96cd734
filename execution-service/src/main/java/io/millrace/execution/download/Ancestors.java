// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.download;

import io.millrace.engine.Execution;
import io.millrace.execution.Reads;
import io.millrace.storage.ExecutionFolder;
import java.util.List;

/// The executions that led to one: those that started it, and those that it started, whose files it
/// may have got as outputs.
public final class Ancestors {
    private final Reads reads;

    public Ancestors(Reads reads) {
        this.reads = reads;
    }

    /// Their folders.
    List<ExecutionFolder> of(Execution execution) {
        return reads.jdbc()
                .sql(
                        """
                        with recursive led (id, parent_id, replay_of, depth) as (
                          select id, parent_id, replay_of, 0 from executions where id = :id
                          union all
                          select e.id, e.parent_id, e.replay_of, led.depth + 1
                            from led join executions e
                              on e.id in (led.parent_id, led.replay_of)
                           where led.depth < 20)
                        select e.namespace, e.flow_id, e.id from executions e
                          join (select distinct id from led) l on l.id = e.id
                         where e.tenant = :tenant
                        union
                        select namespace, flow_id, id from executions
                         where parent_id = :id and tenant = :tenant
                         limit 2000
                        """)
                .param("id", execution.id())
                .param("tenant", execution.tenant())
                .query((row, _) ->
                        new ExecutionFolder(
                                execution.tenant(),
                                row.getString(1),
                                row.getString(2),
                                row.getString(3)))
                .list();
    }
}
