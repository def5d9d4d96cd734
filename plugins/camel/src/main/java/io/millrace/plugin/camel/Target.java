// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How tasks name an endpoint.
interface Target {
    String uri();

    @Nullable Map<String, @Nullable Object> parameters();
}
