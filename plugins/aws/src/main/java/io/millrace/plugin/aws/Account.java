// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// Which store, and who asks.
record Account(
        @Title("Access key") @Nullable String accessKeyId,
        @Title("Secret key") @Nullable String secretKeyId,
        @Title("Session token") @Nullable String sessionToken,
        @Title("Region; us-east-1 if absent") @Nullable String region,
        @Title("URL of another store than Amazon's") @Nullable String endpointOverride,
        @Title("The same, as flows for MinIO name it") @Nullable String endpoint,
        @Title("Whether the bucket stands in the path; true with another store")
                @Nullable Boolean forcePathStyle) {}
