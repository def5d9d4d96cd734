// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.files;

import io.millrace.flow.files.FileRows.Place;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.Uploads;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/// Namespace files over REST, in Kestra's paths and shapes.
@RestController
@RequestMapping("/api/v1/{tenant}/namespaces/{namespace}/files")
class FileController {
    private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9][a-z0-9._-]{0,149}");

    private final NamespaceFiles files;
    private final FileArchive archive;
    private final Access access;

    FileController(NamespaceFiles files, FileArchive archive, Access access) {
        this.files = files;
        this.archive = archive;
        this.access = access;
    }

    /// @param type `File` or `Directory`
    /// @param creationTime milliseconds since the epoch
    record FileAttributes(
            String type, long size, String fileName, long lastModifiedTime, long creationTime) {

        static FileAttributes of(NamespaceFiles.Attributes file) {
            return new FileAttributes(
                    file.folder() ? "Directory" : "File",
                    file.bytes(),
                    file.name(),
                    file.updatedAt().toEpochMilli(),
                    file.createdAt().toEpochMilli());
        }
    }

    record Revision(int revision, boolean deleted, long size, Instant date, String createdBy) {}

    @Operation(summary = "Find files whose path contains a text")
    @GetMapping("/search")
    List<String> search(@PathVariable String namespace, @RequestParam String q) {
        access.require(Permission.FILE_READ, namespace);
        return files.paths(place(namespace)).stream()
                .map(path -> "/" + path)
                .filter(path -> path.contains(q))
                .toList();
    }

    @Operation(summary = "Get what a file holds, or held at a revision")
    @GetMapping
    ResponseEntity<InputStreamResource> get(
            @PathVariable String namespace,
            @RequestParam String path,
            @RequestParam(required = false) @Nullable Integer revision) {
        access.require(Permission.FILE_READ, namespace);
        var opened = files.open(place(namespace), FilePath.ofFile(path), revision);
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .contentLength(opened.bytes())
                .eTag("\"" + opened.revision() + "\"")
                .header("X-Content-Type-Options", "nosniff")
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment")
                .body(new InputStreamResource(opened.stream()));
    }

    @Operation(summary = "Get size and dates of a file or folder")
    @GetMapping("/stats")
    FileAttributes stats(
            @PathVariable String namespace, @RequestParam(required = false) @Nullable String path) {
        access.require(Permission.FILE_READ, namespace);
        return FileAttributes.of(files.stats(place(namespace), FilePath.of(path)));
    }

    @Operation(summary = "List what lies directly in a folder")
    @GetMapping("/directory")
    List<FileAttributes> list(
            @PathVariable String namespace, @RequestParam(required = false) @Nullable String path) {
        access.require(Permission.FILE_READ, namespace);
        return files.list(place(namespace), FilePath.of(path)).stream()
                .map(FileAttributes::of)
                .toList();
    }

    @Operation(summary = "List the revisions of a file, the newest first")
    @GetMapping("/revisions")
    List<Revision> revisions(@PathVariable String namespace, @RequestParam String path) {
        access.require(Permission.FILE_READ, namespace);
        return files.revisions(place(namespace), FilePath.ofFile(path)).stream()
                .map(r ->
                        new Revision(
                                r.revision(), r.deleted(), r.bytes(), r.createdAt(), r.createdBy()))
                .toList();
    }

    @Operation(summary = "Make a folder")
    @PostMapping("/directory")
    void makeFolder(@PathVariable String namespace, @RequestParam String path) {
        access.require(Permission.FILE_UPDATE, namespace);
        files.makeFolder(place(namespace), FilePath.ofFile(path), Caller.current().subject());
    }

    @Operation(
            summary = "Write a file, or all files of a zip archive; what goes to _flows is a flow")
    @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    void put(
            @PathVariable String namespace,
            @RequestParam(required = false) @Nullable String path,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            HttpServletRequest request)
            throws IOException {
        access.require(Permission.FILE_UPDATE, namespace);
        var part = Uploads.file(request, "fileContent");
        var submitted = part.getSubmittedFileName();
        if (submitted != null && submitted.toLowerCase(Locale.ROOT).endsWith(".zip")) {
            try (var content = part.getInputStream()) {
                archive.unpack(place(namespace), content, Caller.current().subject());
            }
            return;
        }
        if (path != null && path.startsWith("/" + FilePath.FLOWS + "/")) {
            try (var content = part.getInputStream()) {
                archive.saveFlow(content, path, namespace);
            }
            return;
        }
        var target = FilePath.ofFile(path == null ? submitted : path);
        try (var content = part.getInputStream()) {
            files.overwrite(place(namespace), target, content, ifMatch, Caller.current().subject());
        }
    }

    @Operation(summary = "Get all files, and the sources of all flows, as a zip archive")
    @GetMapping("/export")
    ResponseEntity<StreamingResponseBody> export(@PathVariable String namespace) {
        access.require(Permission.FILE_READ, namespace);
        var flows = archive.flows(namespace);
        var place = place(namespace);
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"" + namespace + "_files.zip\"")
                .body(out -> archive.pack(place, flows, out));
    }

    @Operation(summary = "Move a file or folder")
    @PutMapping
    void move(@PathVariable String namespace, @RequestParam String from, @RequestParam String to) {
        access.require(Permission.FILE_UPDATE, namespace);
        files.move(
                place(namespace),
                FilePath.ofFile(from),
                FilePath.ofFile(to),
                Caller.current().subject());
    }

    @Operation(summary = "Delete a file, or a folder with all that is in it")
    @DeleteMapping
    void delete(@PathVariable String namespace, @RequestParam String path) {
        access.require(Permission.FILE_DELETE, namespace);
        files.delete(place(namespace), FilePath.ofFile(path), Caller.current().subject());
    }

    private static Place place(String namespace) {
        if (!NAMESPACE.matcher(namespace).matches()) {
            throw new ServiceException.Invalid(
                    "namespace", "Illegal argument: expected a namespace like " + NAMESPACE);
        }
        return new Place(Caller.current().tenant(), namespace);
    }
}
