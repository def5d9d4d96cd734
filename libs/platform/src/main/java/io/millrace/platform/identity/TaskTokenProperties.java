// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.identity;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Tokens of running tasks.
///
/// @param keyFile key shared by execution-, secrets- and flow-service; other services have none
/// @param lifetime how long a task may use its token
@ConfigurationProperties("millrace.task-token")
public record TaskTokenProperties(@Nullable Path keyFile, @DefaultValue("1h") Duration lifetime) {}
