// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.service;

import io.millrace.contracts.Job;
import io.millrace.platform.access.TaskReach;
import io.millrace.plugin.ExecutionLogs;
import io.millrace.plugin.KeyValues;
import io.millrace.plugin.NamespaceFiles;
import io.millrace.plugin.NamespaceTrees;
import io.millrace.plugin.Purges;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskStores;
import io.millrace.storage.InternalStorage;
import io.millrace.storage.StorageAccessException;
import io.millrace.worker.run.Stores;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.function.Predicate;

/// The stores of the flow- and the execution-service as tasks ask for them, each with its own
/// token.
public final class StoreServices implements Stores {
    private final ServiceCalls flows;
    private final ServiceCalls executions;
    private final InternalStorage storage;
    private final TaskReach reach;

    /// @param flows where the flow-service is
    /// @param executions where the execution-service is
    public StoreServices(
            HttpClient http, URI flows, URI executions, InternalStorage storage, TaskReach reach) {
        // a purge of many rows, or a large upload, takes its time
        this.flows = ServiceCalls.patient("flow-stores", http, flows, Duration.ofMinutes(2));
        this.executions =
                ServiceCalls.patient("execution-stores", http, executions, Duration.ofMinutes(2));
        this.storage = storage;
        this.reach = reach;
    }

    @Override
    public TaskStores of(Job job) {
        var toFlows = new Calls(flows, job.token());
        var toExecutions = new Calls(executions, job.token());
        var keyValues = new RemoteKeyValues(toFlows);
        var opened = opened(job);
        var files =
                new RemoteNamespaceFiles(
                        toFlows,
                        storage,
                        n -> reach.mayRead(job.namespace(), n) || opened.test(n),
                        job);
        var logs = new RemoteLogs(toExecutions);
        var trees = new RemoteTrees(toFlows);
        var purges = new RemotePurges(toFlows, toExecutions, storage, reach, job);
        return new TaskStores() {
            @Override
            public KeyValues keyValues() {
                return keyValues;
            }

            @Override
            public NamespaceFiles namespaceFiles() {
                return files;
            }

            @Override
            public ExecutionLogs logs() {
                return logs;
            }

            @Override
            public Purges purges() {
                return purges;
            }

            @Override
            public NamespaceTrees trees() {
                return trees;
            }
        };
    }

    private record OfNamespace(String namespace) {}

    private record MayRead(boolean readable) {}

    /// The flow-service knows whom a namespace allows; it is asked where nothing else lets the task
    /// read.
    @Override
    public Predicate<String> opened(Job job) {
        var toFlows = new Calls(flows, job.token());
        return namespace -> {
            try {
                return toFlows.post("files/readable", new OfNamespace(namespace), MayRead.class)
                        .readable();
            } catch (TaskFailedException e) {
                throw new StorageAccessException(String.valueOf(e.getMessage()));
            }
        };
    }

    /// Calls of one service with the token of one task; what goes wrong fails the task.
    record Calls(ServiceCalls service, String token) {

        <T> T post(String path, Object body, Class<T> type) throws TaskFailedException {
            try {
                return service.post("/internal/tasks/" + path, token, body, type);
            } catch (ServiceCalls.RefusedException e) {
                throw new TaskFailedException(String.valueOf(e.getMessage()), e);
            } catch (UncheckedIOException e) {
                throw unavailable(e);
            }
        }

        static TaskFailedException unavailable(UncheckedIOException e) {
            return new TaskFailedException("A store doesn't answer now: " + e.getMessage(), e);
        }
    }
}
