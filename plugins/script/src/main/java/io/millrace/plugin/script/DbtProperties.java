// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Late;
import io.millrace.plugin.Title;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Properties of a task that runs dbt.
public record DbtProperties(
        @Title("The commands, such as `dbt build`") @Late List<String> commands,
        @Title("What stands in profiles.yml") @Late @Nullable String profiles,
        @Title("Folder of the project, from the working directory") @Nullable String projectDir,
        @Title("Whether what came of each node is an output") @Default("true")
                Boolean parseRunResults,
        @Inline ProcessOptions process) {}
