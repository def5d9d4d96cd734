// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import io.millrace.contracts.BatchOutputs;

/// Where the outputs of the executions that were started for batches come from.
@FunctionalInterface
public interface BatchOutputSource {

    /// @throws java.io.UncheckedIOException if they can't be asked for now
    BatchOutputs.Response batchOutputs(BatchOutputs.Request request);
}
