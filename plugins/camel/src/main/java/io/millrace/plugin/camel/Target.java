// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The endpoint that is meant.
record Target(
        @Title("URI of the endpoint, such as ftp:host/directory or https:host/path") String uri,
        @Title("Parameters of the endpoint beside those in the URI; secrets belong here")
                @Nullable Map<String, @Nullable Object> parameters) {

    /// What tasks name.
    interface At {
        Target target();
    }
}
