// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.plugin.Default;
import io.millrace.plugin.Title;
import java.time.Duration;
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
                @Nullable Boolean forcePathStyle,
        @Title("Role that is taken on, such as arn:aws:iam::123456789012:role/backup")
                @Nullable String stsRoleArn,
        @Title("What the role's owner asks for beside") @Nullable String stsRoleExternalId,
        @Title("Name of the session, as logs of the account have it")
                @Nullable String stsRoleSessionName,
        @Title("How long the role is held") @Default("PT1H") Duration stsRoleSessionDuration,
        @Title("URL of another token service than Amazon's") @Nullable String stsEndpointOverride,
        @Title("Without effect: there is one client, for all stores")
                @Nullable Boolean compatibilityMode) {}
