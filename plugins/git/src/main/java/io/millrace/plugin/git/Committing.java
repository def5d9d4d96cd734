// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.git;

import io.millrace.plugin.Default;
import io.millrace.plugin.Title;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// How what a namespace has is committed.
record Committing(
        @Title("Message of the commit") @Nullable String commitMessage,
        @Title("Name of the author") @Default("Millrace") @Nullable String authorName,
        @Title("Address of the author") @Default("millrace@localhost") @Nullable String authorEmail,
        @Title("Whether what the namespace doesn't have is deleted") @Default("true")
                boolean delete,
        @Title("Whether nothing is pushed") @Default("false") boolean dryRun) {

    /// @param own which other files of the directory may be deleted
    /// @param all whether the files are all that the namespace has
    /// @param message where the flow gives none
    Push.Wish wish(
            Remote remote,
            String directory,
            Map<String, byte[]> files,
            Predicate<String> own,
            boolean all,
            String message) {
        return new Push.Wish(
                remote,
                directory,
                files,
                own,
                commitMessage == null ? message : commitMessage,
                authorName,
                authorEmail,
                Missing.deletedIf(delete && all),
                dryRun);
    }
}
