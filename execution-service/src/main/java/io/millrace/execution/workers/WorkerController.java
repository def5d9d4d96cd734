// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.workers;

import io.millrace.contracts.BatchOutputs;
import io.millrace.contracts.Claims;
import io.millrace.contracts.Heartbeat;
import io.millrace.execution.dispatch.JobMessages;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// What workers ask.
@RestController
final class WorkerController {
    private final ClaimBook claims;
    private final Workers workers;
    private final JobMessages jobs;
    private final BatchResults batches;

    WorkerController(ClaimBook claims, Workers workers, JobMessages jobs, BatchResults batches) {
        this.claims = claims;
        this.workers = workers;
        this.jobs = jobs;
        this.batches = batches;
    }

    @PostMapping("/internal/claims")
    Claims.Response claim(@RequestBody Claims.Request request) {
        return new Claims.Response(claims.claim(request.workerId(), request.claims()));
    }

    /// Tenants that have a job queue of this group.
    @GetMapping("/internal/job-queues/{group}")
    List<String> tenants(@PathVariable String group) {
        return jobs.tenants(group);
    }

    /// What the executions that a task run has started for batches have given, a page at a time.
    @PostMapping("/internal/batch-outputs")
    BatchOutputs.Response batchOutputs(@RequestBody BatchOutputs.Request request) {
        return batches.outputs(request);
    }

    @GetMapping("/internal/workers")
    List<Heartbeat> workers() {
        return workers.living();
    }
}
