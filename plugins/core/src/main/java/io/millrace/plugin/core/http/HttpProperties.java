// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The properties of every task that makes a request.
interface HttpProperties {
    String uri();

    String method();

    @Nullable String body();

    @Nullable Map<String, @Nullable Object> formData();

    @Nullable String contentType();

    @Nullable Map<String, String> headers();

    @Nullable Map<String, String> params();

    @Nullable HttpOptions options();
}
