// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import io.millrace.plugin.Egress;
import io.millrace.plugin.TaskFailedException;

/// Where tasks may connect to.
@FunctionalInterface
public interface Policies {

    /// @throws TaskFailedException if it isn't known now
    Egress of(String tenant) throws TaskFailedException;
}
