// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.dispatch;

/// Which groups have workers.
public interface WorkerPresence {

    /// Whether a worker of the group lives and takes jobs; also true as long as that can't be
    /// known.
    boolean mayServe(String group);
}
