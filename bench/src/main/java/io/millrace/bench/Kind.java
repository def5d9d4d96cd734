// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench;

/// What a workload's tasks are.
enum Kind {
    /// Pure, evaluated on the execution's lane.
    LANE("{id: %s, type: io.kestra.plugin.core.debug.Return, format: done}"),
    /// Crosses to a worker and does nothing there.
    WORKER("{id: %s, type: io.kestra.plugin.core.flow.Sleep, duration: PT0S}");

    private final String task;

    Kind(String task) {
        this.task = task;
    }

    String label() {
        return this == LANE ? "lane" : "worker";
    }

    /// The task in YAML's flow style.
    String task(String id) {
        return task.formatted(id);
    }
}
