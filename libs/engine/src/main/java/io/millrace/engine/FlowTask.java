// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A task definition, compiled.
public final class FlowTask {
    private final String id;
    private final String type;
    private final int index;
    private final int position;
    private final int width;
    private final Map<String, @Nullable Object> properties;
    private final @Nullable Duration timeout;

    FlowTask(
            String id,
            String type,
            int index,
            int position,
            int width,
            Map<String, @Nullable Object> properties,
            @Nullable Duration timeout) {
        this.id = id;
        this.type = type;
        this.index = index;
        this.position = position;
        this.width = width;
        this.properties = properties;
        this.timeout = timeout;
    }

    public String id() {
        return id;
    }

    /// Full type, such as `io.kestra.plugin.core.log.Log`.
    public String type() {
        return type;
    }

    /// Number in the plan, in order of definition.
    public int index() {
        return index;
    }

    /// Its own properties, with expressions as written.
    public Map<String, @Nullable Object> properties() {
        return properties;
    }

    public @Nullable Duration timeout() {
        return timeout;
    }

    /// Its place among all children that its parent may have, in that iteration.
    int placeIn(int iteration) {
        return (iteration + 1) * width + position;
    }
}
