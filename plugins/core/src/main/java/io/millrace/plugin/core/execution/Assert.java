// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.execution;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.Title;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fails if a condition doesn't hold. Where no file is asked for the log, the lane does this
/// itself.
@Plugin(type = "io.kestra.plugin.core.execution.Assert", title = "Assert some conditions")
public final class Assert implements TaskPlugin<Assert.Properties, Assert.Outputs> {

    public record Properties(
            @Title("Each must render to something truthy") List<Object> conditions,
            @Title("What the log says if one doesn't") @Nullable String errorMessage) {}

    public record Outputs(
            @Title("How many conditions hold") int success, @Title("How many don't") int failed) {}

    @Override
    public Outputs run(Properties properties, TaskContext context) throws TaskFailedException {
        var failed = properties.conditions().stream().filter(c -> !Truth.of(c)).toList();
        failed.forEach(c -> context.log().error("Assertion `" + c + "` failed!"));
        int good = properties.conditions().size() - failed.size();
        if (!failed.isEmpty()) {
            var message = properties.errorMessage();
            throw new TaskFailedException(
                    message == null ? failed.size() + " assertions failed" : message,
                    Map.of("success", good, "failed", failed.size()));
        }
        return new Outputs(good, 0);
    }
}
