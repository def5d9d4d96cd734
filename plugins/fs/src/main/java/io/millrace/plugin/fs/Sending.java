// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.fs;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.RowFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Several files of the internal storage, and the directory that they go to.
record Sending(
        @Title(
                        "URIs of files in the internal storage: a list, a map of them by the names that they get, either as JSON, or the URI of a file with one a line")
                Object from,
        @Title("Directory that they go to") String to,
        @Title("What the whole URI of a file has to fit; all if absent") @Nullable String regExp,
        @Title("How many at most; the others are left out, and the log says so")
                @Nullable Integer maxFiles,
        @Title("Whether files that are there are replaced") @Default("true") Boolean overwrite) {

    /// A file, and the path that it gets.
    record File(String from, String target) {}

    List<File> files(TaskContext context) throws Exception {
        var pattern = Selection.pattern(regExp);
        var files = new ArrayList<File>();
        for (var file : given(context)) {
            if (pattern.matcher(file.from()).matches()) {
                files.add(file);
            }
        }
        if (maxFiles != null && files.size() > maxFiles) {
            context.log()
                    .warn(
                            "%d files are more than maxFiles: the first %d are sent"
                                    .formatted(files.size(), maxFiles));
            return files.subList(0, maxFiles);
        }
        return files;
    }

    private List<File> given(TaskContext context) throws Exception {
        var value = from instanceof String text ? read(text.strip(), context) : from;
        var files = new ArrayList<File>();
        switch (value) {
            case Map<?, ?> named ->
                    named.forEach((name, uri) ->
                            files.add(file(String.valueOf(uri), String.valueOf(name))));
            case List<?> list ->
                    list.forEach(uri ->
                            files.add(
                                    file(
                                            String.valueOf(uri),
                                            RemoteFiles.nameOf(String.valueOf(uri)))));
            default -> throw new TaskFailedException("Expected a list or a map of URIs in `from`");
        }
        return files;
    }

    private File file(String uri, String name) {
        return new File(uri, RemoteFiles.join(FileTask.path(to), name));
    }

    private static Object read(String text, TaskContext context) throws Exception {
        if (text.startsWith("[") || text.startsWith("{")) {
            try {
                return JsonMapper.shared().readValue(text, Object.class);
            } catch (JacksonException e) {
                throw new TaskFailedException("Expected a list or a map of URIs in `from`", e);
            }
        }
        var uris = new ArrayList<String>();
        try (var rows = RowFile.open(text, context)) {
            for (var row = rows.next(); row != null; row = rows.next()) {
                uris.add(String.valueOf(row.value()));
            }
        }
        return uris;
    }
}
