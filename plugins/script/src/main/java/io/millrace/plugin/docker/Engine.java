// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.docker;

import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which container engine, and who asks its registries.
public record Engine(
        @Title("tcp://host:2375; else where the worker says") @Nullable String host,
        @Title("Docker's config.json with credentials") @Nullable Object config,
        @Title("Registry, username and password") @Nullable Map<String, String> credentials) {

    /// What tasks name.
    public interface At {
        Engine engine();
    }
}
