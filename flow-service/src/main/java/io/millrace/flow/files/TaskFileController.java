// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.files;

import io.millrace.flow.files.FileRows.Place;
import io.millrace.flow.settings.NamespaceRules;
import io.millrace.flow.settings.SettingsStore;
import io.millrace.flow.tasks.PurgeRequest;
import io.millrace.platform.access.TaskIdentity;
import io.millrace.platform.access.TaskReach;
import io.millrace.platform.problem.ServiceException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Namespace files for running tasks, which read them from the internal storage. Whose they are is
/// in their token, never in the request.
@RestController
@RequestMapping("/internal/tasks/files")
class TaskFileController {
    private final NamespaceFiles files;
    private final TaskReach reach;
    private final SettingsStore settings;

    TaskFileController(NamespaceFiles files, TaskReach reach, SettingsStore settings) {
        this.files = files;
        this.reach = reach;
        this.settings = settings;
    }

    record ReadableRequest(String namespace) {}

    record ReadableAnswer(boolean readable) {}

    /// Whether a task may read files of a namespace; workers read them themselves.
    @PostMapping("/readable")
    ReadableAnswer readable(@RequestBody ReadableRequest request) {
        var task = TaskIdentity.current();
        var namespace = request.namespace();
        return new ReadableAnswer(
                reach.mayRead(task.namespace(), namespace)
                        || reach.mayRead(
                                task.namespace(),
                                namespace,
                                NamespaceRules.users(settings.chain(task.tenant(), namespace))));
    }

    record PutAnswer(String path) {}

    @PutMapping(value = "/content", consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    PutAnswer put(
            @RequestParam String namespace,
            @RequestParam String path,
            @RequestParam NamespaceFiles.Conflict conflict,
            @RequestParam(required = false) @Nullable String request,
            InputStream content) {
        var task = TaskIdentity.current();
        var file = FilePath.ofFile(path);
        files.put(place(task, namespace), file, content, conflict, request, task.subject());
        return new PutAnswer(file.path());
    }

    record DeleteRequest(String namespace, String path) {}

    record DeleteAnswer(boolean deleted) {}

    @PostMapping("/delete")
    DeleteAnswer delete(@RequestBody DeleteRequest request) {
        var task = TaskIdentity.current();
        var place = place(task, request.namespace());
        try {
            files.delete(place, FilePath.ofFile(request.path()), task.subject());
            return new DeleteAnswer(true);
        } catch (ServiceException.NotFound _) {
            return new DeleteAnswer(false);
        }
    }

    record PurgeAnswer(int size) {}

    @PostMapping("/purge")
    PurgeAnswer purge(@RequestBody PurgeRequest request) {
        var task = TaskIdentity.current();
        return new PurgeAnswer(
                files.purge(
                        request.range(task, reach),
                        request.before(),
                        request.kept(),
                        task.subject()));
    }

    private Place place(TaskIdentity task, String namespace) {
        if (!reach.mayWrite(task.namespace(), namespace)) {
            throw new ServiceException.Forbidden(
                    "Cannot write files. The namespace '%s' can't be reached from '%s'"
                            .formatted(namespace, task.namespace()));
        }
        return new Place(task.tenant(), namespace);
    }
}
