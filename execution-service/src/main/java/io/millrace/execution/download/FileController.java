// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.download;

import io.millrace.execution.files.LargeOutputs;
import io.millrace.execution.search.Executions;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.storage.InternalStorage;
import io.millrace.storage.StorageAccessException;
import io.millrace.storage.StoragePath;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Files that an execution may read.
@RestController
@RequestMapping("/api/v1/{tenant}/executions/{executionId:[0-9A-Za-z]{22}}/file")
final class FileController {
    private static final int MOST_PREVIEWED = 100;

    private static final int MOST_PICTURE_BYTES = 5 << 20;
    private static final Set<String> PICTURES =
            Set.of("jpg", "jpeg", "png", "svg", "gif", "bmp", "webp");

    private final Executions executions;
    private final InternalStorage storage;
    private final Ancestors ancestors;

    FileController(Executions executions, InternalStorage storage, Ancestors ancestors) {
        this.executions = executions;
        this.storage = storage;
        this.ancestors = ancestors;
    }

    private StoragePath path(String executionId, String uri) {
        var execution = executions.requireHead(executionId, Permission.EXECUTION_READ);
        try {
            return LargeOutputs.folder(execution)
                    .readable(URI.create(uri), ancestors.of(execution));
        } catch (StorageAccessException | IllegalArgumentException e) {
            throw new ServiceException.Invalid("path", "Invalid path: " + e.getMessage());
        }
    }

    @GetMapping
    ResponseEntity<InputStreamResource> download(
            @PathVariable String executionId, @RequestParam("path") String uri) throws IOException {
        var path = path(executionId, uri);
        try {
            long size = storage.size(path);
            return ResponseEntity.ok()
                    .contentType(MediaType.APPLICATION_OCTET_STREAM)
                    .contentLength(size)
                    .header(
                            HttpHeaders.CONTENT_DISPOSITION,
                            ContentDisposition.attachment()
                                    .filename(path.fileName())
                                    .build()
                                    .toString())
                    .body(new InputStreamResource(storage.get(path)));
        } catch (FileNotFoundException e) {
            throw notFound(uri);
        }
    }

    record Metas(long size) {}

    @GetMapping("/metas")
    Metas metas(@PathVariable String executionId, @RequestParam("path") String uri)
            throws IOException {
        try {
            return new Metas(storage.size(path(executionId, uri)));
        } catch (FileNotFoundException e) {
            throw notFound(uri);
        }
    }

    /// @param extension of the file's name
    /// @param content its first lines
    /// @param truncated whether there are more
    record Preview(String extension, String type, String content, int maxLine, boolean truncated) {}

    /// The beginning of a text file.
    @GetMapping("/preview")
    Preview preview(
            @PathVariable String executionId,
            @RequestParam("path") String uri,
            @RequestParam(defaultValue = "100") int maxRows,
            @RequestParam(defaultValue = "UTF-8") String encoding)
            throws IOException {
        var path = path(executionId, uri);
        int most = Math.clamp(maxRows, 1, MOST_PREVIEWED);
        int dot = path.fileName().lastIndexOf('.');
        var extension = dot < 0 ? "" : path.fileName().substring(dot + 1).toLowerCase(Locale.ROOT);
        if (PICTURES.contains(extension) || extension.equals("pdf")) {
            return picture(path, extension, uri);
        }
        try (var content = storage.get(path)) {
            var head = new String(content.readNBytes(1 << 20), charset(encoding));
            boolean truncated = content.read() >= 0;
            List<String> lines = new ArrayList<>(head.lines().limit(most + 1L).toList());
            if (lines.size() > most) {
                truncated = true;
                lines.removeLast();
            }
            return new Preview(
                    path.fileName().substring(dot < 0 ? path.fileName().length() : dot + 1),
                    extension.equals("md") ? "MARKDOWN" : "TEXT",
                    String.join("\n", lines),
                    most,
                    truncated);
        } catch (FileNotFoundException e) {
            throw notFound(uri);
        }
    }

    /// The whole file in Base64, as pages show it.
    private Preview picture(StoragePath path, String extension, String uri) throws IOException {
        try (var content = storage.get(path)) {
            var bytes = content.readNBytes(MOST_PICTURE_BYTES + 1);
            boolean tooBig = bytes.length > MOST_PICTURE_BYTES;
            return new Preview(
                    extension,
                    extension.equals("pdf") ? "PDF" : "IMAGE",
                    tooBig ? "" : Base64.getEncoder().encodeToString(bytes),
                    0,
                    tooBig);
        } catch (FileNotFoundException e) {
            throw notFound(uri);
        }
    }

    private static Charset charset(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new ServiceException.Invalid(
                    "encoding", "Unable to preview using encoding '" + name + "'");
        }
    }

    private static ServiceException notFound(String uri) {
        return new ServiceException.NotFound("Not Found: " + uri);
    }
}
