// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.kv;

import io.millrace.flow.settings.NamespaceRules;
import io.millrace.flow.settings.SettingsStore;
import io.millrace.flow.tasks.PurgeRequest;
import io.millrace.platform.access.TaskIdentity;
import io.millrace.platform.access.TaskReach;
import io.millrace.platform.problem.ServiceException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// The key-value store for running tasks. Whose they are is in their token, never in the request.
@RestController
@RequestMapping("/internal/tasks/kv")
class TaskKvController {
    private final KeyValues keyValues;
    private final SettingsStore settings;
    private final TaskReach reach;

    TaskKvController(KeyValues keyValues, SettingsStore settings, TaskReach reach) {
        this.keyValues = keyValues;
        this.settings = settings;
        this.reach = reach;
    }

    /// @param namespace absent: the task's own and those that it inherits from
    record ReadRequest(@Nullable String namespace, String key) {}

    record ReadAnswer(String namespace, KvType type, @Nullable JsonNode value, int version) {}

    @PostMapping("/read")
    ReadAnswer read(@RequestBody ReadRequest request) {
        var task = TaskIdentity.current();
        var namespace = request.namespace() == null ? task.namespace() : request.namespace();
        var ref = new KeyValues.Ref(task.tenant(), namespace, request.key());
        KeyValues.Found found;
        if (request.namespace() == null) {
            found = keyValues.inherited(ref, TaskReach.lineage(namespace));
        } else {
            requireReadable(task, namespace);
            found = keyValues.get(ref);
        }
        return new ReadAnswer(
                found.entry().namespace(),
                found.value().type(),
                found.value().value(),
                found.entry().version());
    }

    /// @param type absent: found out from the value
    /// @param request names one attempt: sent twice, it counts once
    record WriteRequest(
            String namespace,
            String key,
            @Nullable KvType type,
            @Nullable JsonNode value,
            boolean overwrite,
            @Nullable Duration ttl,
            @Nullable String description,
            String request) {}

    record WriteAnswer(int version) {}

    @PostMapping("/write")
    WriteAnswer write(@RequestBody WriteRequest request) {
        var task = TaskIdentity.current();
        requireWritable(task, request.namespace());
        var value =
                request.type() == null
                        ? KvValue.of(request.value())
                        : KvValue.checked(request.type(), request.value());
        return new WriteAnswer(
                keyValues.put(
                        new KeyValues.Ref(task.tenant(), request.namespace(), request.key()),
                        new KeyValues.Put(
                                value,
                                request.overwrite(),
                                request.ttl(),
                                request.description(),
                                null,
                                request.request()),
                        task.subject()));
    }

    record DeleteRequest(String namespace, String key) {}

    record DeleteAnswer(boolean deleted) {}

    @PostMapping("/delete")
    DeleteAnswer delete(@RequestBody DeleteRequest request) {
        var task = TaskIdentity.current();
        requireWritable(task, request.namespace());
        var deleted =
                keyValues.delete(
                        task.tenant(), request.namespace(), List.of(request.key()), task.subject());
        return new DeleteAnswer(!deleted.isEmpty());
    }

    record KeysRequest(String namespace, @Nullable String prefix) {}

    record KeysAnswer(List<String> keys) {}

    @PostMapping("/keys")
    KeysAnswer keys(@RequestBody KeysRequest request) {
        var task = TaskIdentity.current();
        requireReadable(task, request.namespace());
        var prefix = request.prefix() == null ? "" : request.prefix();
        return new KeysAnswer(
                keyValues.list(task.tenant(), List.of(request.namespace()), prefix).stream()
                        .map(KvEntry::key)
                        .toList());
    }

    record PurgeAnswer(int size) {}

    @PostMapping("/purge")
    PurgeAnswer purge(@RequestBody PurgeRequest request) {
        var task = TaskIdentity.current();
        boolean expiredOnly = !Boolean.FALSE.equals(request.expiredOnly());
        return new PurgeAnswer(
                keyValues.purge(request.range(task, reach), expiredOnly, task.subject()));
    }

    @PostMapping("/purge-versions")
    PurgeAnswer purgeVersions(@RequestBody PurgeRequest request) {
        var task = TaskIdentity.current();
        return new PurgeAnswer(
                keyValues.purgeVersions(
                        request.range(task, reach),
                        request.before(),
                        request.kept(),
                        task.subject()));
    }

    private void requireReadable(TaskIdentity task, String namespace) {
        if (!reach.mayRead(task.namespace(), namespace)
                && !reach.mayRead(
                        task.namespace(),
                        namespace,
                        NamespaceRules.users(settings.chain(task.tenant(), namespace)))) {
            throw refused(task, namespace);
        }
    }

    private void requireWritable(TaskIdentity task, String namespace) {
        if (!reach.mayWrite(task.namespace(), namespace)) {
            throw refused(task, namespace);
        }
    }

    private static ServiceException.Forbidden refused(TaskIdentity task, String namespace) {
        return new ServiceException.Forbidden(
                "Cannot access the KV store. The namespace '%s' can't be reached from '%s'"
                        .formatted(namespace, task.namespace()));
    }
}
