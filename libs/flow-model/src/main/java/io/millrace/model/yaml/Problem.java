// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

/// What is wrong in a source, and where.
///
/// @param path such as `tasks[0].retry.interval`; empty for the document as a whole
/// @param line of the source, the first is 1
/// @param column in characters, the first is 1
public record Problem(String path, int line, int column, String message) {

    @Override
    public String toString() {
        var where = path.isEmpty() ? "" : path + ": ";
        return where + message + " (line " + line + ", column " + column + ")";
    }
}
