// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import io.millrace.contracts.Job;
import io.millrace.plugin.TaskStores;
import java.util.function.Predicate;

/// Where the stores of tasks come from.
@FunctionalInterface
public interface Stores {

    /// What one task may see of them, with its own token.
    TaskStores of(Job job);

    /// Whether a namespace that the task doesn't reach by itself lets it read its files.
    default Predicate<String> opened(Job job) {
        return _ -> false;
    }
}
