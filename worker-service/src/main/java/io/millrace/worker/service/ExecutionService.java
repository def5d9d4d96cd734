// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.service;

import io.millrace.contracts.BatchOutputs;
import io.millrace.contracts.Claims;
import io.millrace.plugin.TaskExecutions;
import io.millrace.worker.run.BatchOutputSource;
import io.millrace.worker.run.TaskServices;
import io.millrace.worker.take.Claiming;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The execution-service as workers ask it.
public final class ExecutionService implements Claiming, TaskServices, BatchOutputSource {
    private final ServiceCalls calls;
    private final ServiceCalls forTasks;
    private final Supplier<String> token;
    private final String workerId;

    /// @param token gives this service's own internal token
    public ExecutionService(HttpClient http, URI base, Supplier<String> token, String workerId) {
        this.calls = new ServiceCalls("execution", http, base, Duration.ofSeconds(5));
        this.forTasks = new ServiceCalls("executions", http, base, Duration.ofSeconds(30));
        this.token = token;
        this.workerId = workerId;
    }

    @Override
    public List<Claims.Claim> claim(List<Claims.Claim> claims, Map<String, String> tokens) {
        try {
            return calls.post(
                            "/internal/claims",
                            token.get(),
                            new Claims.Request(workerId, claims, tokens),
                            Claims.Response.class)
                    .granted();
        } catch (ServiceCalls.RefusedException e) {
            throw unexpected(e);
        }
    }

    @Override
    public List<String> tenants(String group) {
        try {
            return List.of(calls.get("/internal/job-queues/" + group, token.get(), String[].class));
        } catch (ServiceCalls.RefusedException e) {
            throw unexpected(e);
        }
    }

    @Override
    public TaskExecutions executions(String taskToken) {
        return new RemoteExecutions(forTasks, taskToken);
    }

    @Override
    public BatchOutputs.Response batchOutputs(BatchOutputs.Request request) {
        try {
            return calls.post(
                    "/internal/batch-outputs", token.get(), request, BatchOutputs.Response.class);
        } catch (ServiceCalls.RefusedException e) {
            throw unexpected(e);
        }
    }

    private static UncheckedIOException unexpected(ServiceCalls.RefusedException e) {
        return new UncheckedIOException(
                new IOException("Refused with %d: %s".formatted(e.status(), e.getMessage()), e));
    }
}
