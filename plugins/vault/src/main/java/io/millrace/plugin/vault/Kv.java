// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.vault;

import io.millrace.plugin.TaskFailedException;

/// Where secrets are in the two versions of the key-value engine.
final class Kv {
    private Kv() {}

    /// @param kind what version 2 puts between mount and path: `data`, `metadata`, `delete`
    static String path(String mount, int version, String kind, String path)
            throws TaskFailedException {
        if (version != 1 && version != 2) {
            throw new TaskFailedException("Expected kvVersion 1 or 2 but got " + version);
        }
        return "/%s/%s%s"
                .formatted(Vault.path(mount), version == 2 ? kind + "/" : "", Vault.path(path));
    }
}
