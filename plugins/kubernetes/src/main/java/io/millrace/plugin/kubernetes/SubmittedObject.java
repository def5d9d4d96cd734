// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import io.millrace.plugin.Inline;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An object that runs something and is given as it is.
abstract class SubmittedObject extends Submitted<SubmittedObject.Properties> {

    public record Properties(
            @Inline Target target,
            @Title("The object in YAML, or as a map") Object spec,
            @Inline Following following)
            implements Request {}

    @Override
    Map<String, @Nullable Object> object(Properties properties, TaskContext context)
            throws IOException, TaskFailedException {
        return single(manifest(properties.spec(), context));
    }
}
