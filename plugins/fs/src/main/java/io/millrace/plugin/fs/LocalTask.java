// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.util.Map;

/// What tasks with files of the worker's machine share: where they may be.
abstract class LocalTask<P extends Record, O extends Record> implements TaskPlugin<P, O> {
    private PluginSettings settings = new PluginSettings(Map.of());

    @Override
    public void start(PluginSettings given) {
        settings = given;
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        try (var files = LocalFiles.of(settings, context.taskRun().tenant())) {
            return work(files, properties, context);
        } catch (DirectoryIteratorException e) {
            throw failure(new IOException(String.valueOf(e.getMessage()), e));
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static TaskFailedException failure(IOException e) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return new TaskFailedException(
                switch (e) {
                    case AccessDeniedException denied ->
                            "The worker isn't permitted to do it: '%s'".formatted(denied.getFile());
                    case DirectoryNotEmptyException full ->
                            "The directory isn't empty: '%s'".formatted(full.getFile());
                    default -> String.valueOf(e.getMessage());
                },
                e);
    }

    abstract O work(LocalFiles files, P properties, TaskContext context) throws Exception;

    /// Where a file goes: into a directory under its own name, else to the path itself.
    static String target(LocalFiles files, String from, String to) throws IOException {
        return to.endsWith("/") || files.isDirectory(to)
                ? RemoteFiles.join(to, RemoteFiles.nameOf(from))
                : to;
    }

    static void refuseReplacing(LocalFiles files, String path, boolean overwrite)
            throws IOException {
        if (!overwrite && files.exists(path)) {
            throw new IOException("There is a '%s' already".formatted(path));
        }
    }
}
