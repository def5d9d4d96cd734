// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.util.List;

/// Lines of tasks that still run, from one worker, in the order of writing.
///
/// @param id unique, so that a batch that comes twice is stored once
public record LogBatch(String id, String tenant, List<LogLine> lines) {
    public LogBatch {
        lines = List.copyOf(lines);
    }
}
