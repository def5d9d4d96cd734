// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.workers;

import io.millrace.contracts.BatchOutputs;
import io.millrace.contracts.Claims;
import io.millrace.contracts.Heartbeat;
import io.millrace.execution.dispatch.JobMessages;
import io.millrace.platform.access.Identity;
import io.millrace.platform.access.ServiceIdentity;
import io.millrace.platform.access.WorkerGroups;
import io.millrace.platform.identity.TaskTokens;
import io.millrace.platform.problem.ServiceException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
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
    private final WorkerGroups groups;
    private final TaskTokens tokens;
    private final JdbcClient jdbc;

    WorkerController(
            ClaimBook claims,
            Workers workers,
            JobMessages jobs,
            BatchResults batches,
            WorkerGroups groups,
            TaskTokens tokens,
            JdbcClient jdbc) {
        this.claims = claims;
        this.workers = workers;
        this.jobs = jobs;
        this.batches = batches;
        this.groups = groups;
        this.tokens = tokens;
        this.jdbc = jdbc;
    }

    @PostMapping("/internal/claims")
    Claims.Response claim(@RequestBody Claims.Request request) {
        return new Claims.Response(claims.claim(request.workerId(), own(request)));
    }

    /// Tenants that have a job queue of this group.
    @GetMapping("/internal/job-queues/{group}")
    List<String> tenants(@PathVariable String group) {
        var bound = group();
        if (bound.isEmpty()) {
            return jobs.tenants(group);
        }
        if (!bound.get().equals(group)) {
            throw new ServiceException.NotFound("Not Found: worker group " + group);
        }
        return jobs.tenants(group).stream().filter(groups.tenantsOf(group)::contains).toList();
    }

    /// What the executions that a task run has started for batches have given, a page at a time.
    @PostMapping("/internal/batch-outputs")
    BatchOutputs.Response batchOutputs(@RequestBody BatchOutputs.Request request) {
        var group = group();
        if (group.isPresent()
                && !groups.isBoundTo(
                        group.get(), request.tenant(), namespaceOf(request).orElse(""))) {
            throw new ServiceException.NotFound("Not Found: execution " + request.executionId());
        }
        return batches.outputs(request);
    }

    /// The group of a worker that has its group's own key.
    private static Optional<String> group() {
        return Identity.current().orElse(null) instanceof ServiceIdentity service
                ? service.workerGroup()
                : Optional.empty();
    }

    private Optional<String> namespaceOf(BatchOutputs.Request request) {
        return jdbc.sql("select namespace from executions where id = :id and tenant = :tenant")
                .param("id", request.executionId())
                .param("tenant", request.tenant())
                .query(String.class)
                .optional();
    }

    /// Of such a worker, those claims that are about what its group is for, and about jobs that
    /// were sent to it: two groups may be for the same namespace.
    private List<Claims.Claim> own(Claims.Request request) {
        var claims = request.claims();
        var group = group();
        if (group.isEmpty() || claims.isEmpty()) {
            return claims;
        }
        var sent = request.tokens();
        if (sent == null) {
            throw new ServiceException.Unavailable(
                    "Expected the tokens that came with the jobs: this worker is older than they are");
        }
        var ids = claims.stream().map(Claims.Claim::executionId).distinct().toList();
        var known = new HashSet<String>();
        jdbc.sql(
                        """
                        select id, tenant, namespace from executions
                         where id = any(:ids) and tenant = any(:tenants)
                           and id between :first and :last
                        """)
                .param("ids", ids.toArray(String[]::new))
                .param("tenants", groups.tenantsOf(group.get()).toArray(String[]::new))
                .param("first", Collections.min(ids))
                .param("last", Collections.max(ids))
                .query(row -> {
                    if (groups.isBoundTo(group.get(), row.getString(2), row.getString(3))) {
                        known.add(row.getString(1));
                    }
                });
        return claims.stream()
                .filter(claim -> known.contains(claim.executionId()))
                .filter(claim ->
                        tokens.cameWithJob(
                                sent.getOrDefault(claim.executionId(), ""),
                                claim.executionId(),
                                group.get()))
                .toList();
    }

    @GetMapping("/internal/workers")
    List<Heartbeat> workers() {
        return workers.living();
    }
}
