// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

/// What becomes of what one side has and the other, which is right, hasn't.
public enum Missing {
    DELETE,
    KEEP,
    FAIL;

    static Missing deletedIf(boolean delete) {
        return delete ? DELETE : KEEP;
    }
}
