// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

import io.millrace.plugin.Default;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What flows of Kestra say beside: where its API is, which a task reaches here by itself.
record Unneeded(
        @Title("Without effect: a task reaches its own suite by itself") @Nullable String kestraUrl,
        @Title("Without effect: a task has its own credentials")
                @Nullable Map<String, @Nullable Object> auth,
        @Title("Submodules are refused: what a repository names isn't checked") @Default("false")
                Boolean cloneSubmodules) {

    static final Unneeded NONE = new Unneeded(null, null, false);

    /// @throws TaskFailedException if what is asked for isn't done
    void check() throws TaskFailedException {
        if (cloneSubmodules) {
            throw new TaskFailedException(
                    "Submodules aren't cloned: what a repository names isn't checked");
        }
    }
}
