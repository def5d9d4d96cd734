// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.trees;

import io.millrace.flow.files.FileTrees;
import io.millrace.platform.problem.ServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// What lies in a tree: an archive with the layout of a repository.
///
/// Below a directory `_files` lie the files of a namespace; every other YAML file is a flow or a
/// test, or is left out. A directory beside `_files`, `_flows` and `_tests` is a namespace below.
final class TreeContent {
    private static final String FILES = "_files";
    private static final int MOST_ENTRIES = 20_000;

    /// Of all flows and tests, which are in memory together. An archive of a few may hold many.
    private static final long MOST_SOURCE_BYTES = 64L << 20;

    private final List<Source> sources = new ArrayList<>();
    private final List<FileTrees.Wanted> files = new ArrayList<>();
    private final List<TreeReport.Fault> faults = new ArrayList<>();
    private long sourceBytes;

    /// @param namespace of the directory that it lies in
    record Source(String path, String namespace, String text) {}

    /// @param maxSourceBytes of one flow or test
    TreeContent(ZipFile archive, TreeRequest request, int maxSourceBytes) throws IOException {
        if (archive.size() > MOST_ENTRIES) {
            throw new ServiceException.TooLarge(
                    "Expected at most %d files in the tree".formatted(MOST_ENTRIES));
        }
        var entries = archive.stream().filter(e -> !e.isDirectory()).toList();
        for (var entry : entries) {
            read(archive, entry, request, maxSourceBytes);
        }
    }

    private void read(ZipFile archive, ZipEntry entry, TreeRequest request, int maxSourceBytes)
            throws IOException {
        var path = entry.getName();
        var parts = path.split("/");
        int at = indexOfFiles(parts);
        if (at >= 0) {
            if (request.has("files") && at < parts.length - 1) {
                file(archive, entry, request, parts, at);
            }
            return;
        }
        var name = path.toLowerCase(Locale.ROOT);
        boolean hidden = parts[parts.length - 1].startsWith(".");
        if (hidden || !(name.endsWith(".yaml") || name.endsWith(".yml"))) {
            return;
        }
        try (var content = archive.getInputStream(entry)) {
            // what an archive says of its entries needn't be so
            var bytes = content.readNBytes(maxSourceBytes + 1);
            if (bytes.length > maxSourceBytes) {
                faults.add(
                        new TreeReport.Fault(
                                path, 0, 0, "Expected at most %d bytes".formatted(maxSourceBytes)));
                return;
            }
            sourceBytes += bytes.length;
            if (sourceBytes > MOST_SOURCE_BYTES) {
                throw new ServiceException.TooLarge(
                        "Expected flows and tests of at most %d bytes in the tree"
                                .formatted(MOST_SOURCE_BYTES));
            }
            sources.add(new Source(path, namespace(request, parts, parts.length - 1), text(bytes)));
        } catch (CharacterCodingException _) {
            faults.add(new TreeReport.Fault(path, 0, 0, "Expected UTF-8"));
        }
    }

    private static String text(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .decode(java.nio.ByteBuffer.wrap(bytes))
                .toString();
    }

    private static int indexOfFiles(String[] parts) {
        for (int i = 0; i < parts.length - 1; i++) {
            if (parts[i].equals(FILES)) {
                return i;
            }
        }
        return -1;
    }

    private void file(
            ZipFile archive, ZipEntry entry, TreeRequest request, String[] parts, int at) {
        var namespace = namespace(request, parts, at);
        if (!request.covers(namespace)) {
            return;
        }
        var path = String.join("/", java.util.Arrays.asList(parts).subList(at + 1, parts.length));
        files.add(
                new FileTrees.Wanted(namespace, path, entry.getSize(), () -> open(archive, entry)));
    }

    private static InputStream open(ZipFile archive, ZipEntry entry) {
        try {
            return archive.getInputStream(entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The namespace of a directory.
    private static String namespace(TreeRequest request, String[] parts, int end) {
        var namespace = new StringBuilder(request.namespace());
        for (int i = 0; i < end; i++) {
            if (!parts[i].equals("_flows") && !parts[i].equals("_tests")) {
                namespace.append('.').append(parts[i]);
            }
        }
        return namespace.toString();
    }

    List<Source> sources() {
        return sources;
    }

    List<FileTrees.Wanted> files() {
        return files;
    }

    List<TreeReport.Fault> faults() {
        return faults;
    }
}
