// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.compress;

/// What several files are put into one as.
public enum ArchiveFormat {
    TAR(".tar"),
    ZIP(".zip"),
    CPIO(".cpio"),
    AR(".ar"),
    JAR(".jar");

    private final String extension;

    ArchiveFormat(String extension) {
        this.extension = extension;
    }

    String extension() {
        return extension;
    }

    /// As the library names it.
    String key() {
        return extension.substring(1);
    }
}
