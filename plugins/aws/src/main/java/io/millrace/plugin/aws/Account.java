// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import org.jspecify.annotations.Nullable;

/// How tasks name the store and who asks.
interface Account {
    @Nullable String accessKeyId();

    @Nullable String secretKeyId();

    @Nullable String sessionToken();

    @Nullable String region();

    @Nullable String endpointOverride();

    @Nullable String endpoint();

    @Nullable Boolean forcePathStyle();
}
