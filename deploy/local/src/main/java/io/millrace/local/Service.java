// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

/// The services, in the order in which they are started and stopped.
enum Service {
    FLOW("flow-service", "io.millrace.flow.FlowServiceApplication", 1),
    EXECUTION("execution-service", "io.millrace.execution.ExecutionServiceApplication", 2),
    WORKER("worker-service", "io.millrace.worker.WorkerServiceApplication", 4),
    SCHEDULER("scheduler-service", "io.millrace.scheduler.SchedulerServiceApplication", 3),
    SECRETS("secrets-service", "io.millrace.secrets.SecretsServiceApplication", 5),
    GATEWAY("gateway", "io.millrace.gateway.GatewayApplication", 0);

    private final String fullName;
    private final String application;
    private final int portOffset;

    Service(String fullName, String application, int portOffset) {
        this.fullName = fullName;
        this.application = application;
        this.portOffset = portOffset;
    }

    /// The name in addresses, schemas and keys, such as `flow`.
    String shortName() {
        return fullName.replace("-service", "");
    }

    /// The name of its module and configuration file, such as `flow-service`.
    String fullName() {
        return fullName;
    }

    /// The class with its `main`.
    String application() {
        return application;
    }

    /// Its port, counted from the public one.
    int portOffset() {
        return portOffset;
    }

    /// Whether it has tables: a worker has none.
    boolean hasDatabase() {
        return this != WORKER;
    }
}
