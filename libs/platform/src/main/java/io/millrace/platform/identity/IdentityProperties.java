// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.identity;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How services know each other.
///
/// @param keyFile this service's private key, a JWK
/// @param trustedKeys public keys of all services, a JWKS; read again when it changes
/// @param lifetime of the tokens that this service signs
/// @param clockSkew by how much clocks may differ
/// @param taskPaths patterns under `/internal/` that tasks call with their token; the rest is for
///   services alone
/// @param actuatorFrom networks that may read health and metrics without a token
@Validated
@ConfigurationProperties("millrace.identity")
public record IdentityProperties(
        @Nullable Path keyFile,
        @Nullable Path trustedKeys,
        @DefaultValue("60s") Duration lifetime,
        @DefaultValue("5s") Duration clockSkew,
        @DefaultValue List<String> taskPaths,
        @DefaultValue({"127.0.0.0/8", "::1"}) List<String> actuatorFrom) {}
