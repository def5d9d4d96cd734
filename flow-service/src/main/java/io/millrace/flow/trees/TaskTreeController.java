// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.trees;

import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Grant;
import io.millrace.platform.access.Identity;
import io.millrace.platform.access.Role;
import io.millrace.platform.access.TaskIdentity;
import io.millrace.platform.access.TaskReach;
import io.millrace.platform.problem.ServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Trees for running tasks. Whose they are is in their token, never in the request: a task may
/// write to its flow's namespace and to those below it.
@RestController
@RequestMapping("/internal/tasks/trees")
class TaskTreeController {
    private static final long MOST_BYTES = 512L << 20;

    private final Trees trees;
    private final TreeStore store;
    private final TaskReach reach;

    TaskTreeController(Trees trees, TreeStore store, TaskReach reach) {
        this.trees = trees;
        this.store = store;
        this.reach = reach;
    }

    /// @param body a ZIP archive
    @PutMapping(consumes = MediaType.APPLICATION_OCTET_STREAM_VALUE)
    TreeReport replace(
            @RequestParam String namespace,
            @RequestParam boolean children,
            @RequestParam boolean mapped,
            @RequestParam Set<String> kinds,
            @RequestParam boolean delete,
            @RequestParam boolean dryRun,
            @RequestParam boolean ignoreInvalid,
            @RequestParam boolean managed,
            @RequestParam boolean pin,
            @RequestParam String url,
            @RequestParam String branch,
            @RequestParam String commit,
            InputStream body)
            throws IOException {
        var task = TaskIdentity.current();
        requireReach(task, namespace);
        var request =
                new TreeRequest(
                        namespace,
                        children,
                        mapped,
                        kinds,
                        delete,
                        dryRun,
                        ignoreInvalid,
                        managed,
                        pin,
                        new TreeRequest.Origin(url, branch, commit));
        var by =
                new Trees.By(
                        task.tenant(),
                        task.subject(),
                        task.execution(),
                        task.namespace() + "/" + task.flow());
        var file = Files.createTempFile("tree", ".zip");
        try {
            try (var limited = new Limited(body)) {
                Files.copy(limited, file, StandardCopyOption.REPLACE_EXISTING);
            }
            try (var archive = new ZipFile(file.toFile())) {
                var editor =
                        new Caller(
                                task.tenant(),
                                task.subject(),
                                List.of(new Grant(Role.EDITOR, namespace)));
                return Identity.as(editor, () -> replace(archive, request, by));
            } catch (ZipException e) {
                throw new ServiceException.Malformed("Expected a ZIP archive: " + e.getMessage());
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private TreeReport replace(ZipFile archive, TreeRequest request, Trees.By by) {
        try {
            return trees.replace(archive, request, by);
        } catch (RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServiceException.Unavailable("The service is stopping. Try again");
        } catch (Exception e) {
            throw new IllegalStateException("The tree couldn't be applied", e);
        }
    }

    record Question(String namespace, boolean children) {}

    record Found(String namespace, String id, String source) {}

    record Answer(List<Found> flows) {}

    /// Sources of flows, to be put elsewhere.
    @PostMapping("/flows")
    Answer flows(@RequestBody Question question) {
        var task = TaskIdentity.current();
        requireReach(task, question.namespace());
        return new Answer(
                store.flows(task.tenant(), question.namespace(), question.children()).stream()
                        .map(f -> new Found(f.namespace(), f.id(), f.source()))
                        .toList());
    }

    record Names(List<String> namespaces) {}

    /// Namespaces with flows or files, for tasks that make a whole tenant what stands elsewhere.
    @PostMapping("/namespaces")
    Names namespaces() {
        var task = TaskIdentity.current();
        if (!reach.writable(task.namespace()).all()) {
            throw new ServiceException.Forbidden(
                    "A flow of namespace '%s' reaches that namespace and those below it. All of the tenant is reached by flows of namespace '%s'"
                            .formatted(task.namespace(), reach.systemNamespace()));
        }
        return new Names(store.namespaces(task.tenant()));
    }

    private void requireReach(TaskIdentity task, String namespace) {
        if (!reach.mayWrite(task.namespace(), namespace)) {
            throw new ServiceException.Forbidden(
                    "The namespace '%s' can't be reached from '%s'"
                            .formatted(namespace, task.namespace()));
        }
    }

    /// A stream that ends where it becomes too long.
    private static final class Limited extends java.io.FilterInputStream {
        private long left = MOST_BYTES;

        Limited(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            count(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = super.read(bytes, from, length);
            count(Math.max(0, read));
            return read;
        }

        private void count(int read) {
            left -= read;
            if (left < 0) {
                throw new ServiceException.TooLarge(
                        "Expected an archive of at most %d bytes".formatted(MOST_BYTES));
            }
        }
    }
}
