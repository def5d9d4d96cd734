// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import io.millrace.storage.StorageSettings;
import jakarta.validation.constraints.Positive;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Settings of this service that belong to no single feature.
///
/// @param reads connections for what users read
/// @param workerLostAfter how long a worker may be silent
/// @param mostInBulk executions that one bulk request may name or find
@Validated
@ConfigurationProperties("millrace.execution")
public record ExecutionProperties(
        @DefaultValue Reads reads,
        @DefaultValue("10s") Duration workerLostAfter,
        @DefaultValue("100000") @Positive int mostInBulk) {

    /// @param connections most at once
    /// @param statementTimeout how long a statement may take
    public record Reads(
            @DefaultValue("6") int connections, @DefaultValue("10s") Duration statementTimeout) {}

    /// Where the flow-service is.
    @ConfigurationProperties("millrace.services.flow")
    public record FlowService(@DefaultValue("http://127.0.0.1:8081") URI url) {}

    /// Where the secrets-service is.
    @ConfigurationProperties("millrace.services.secrets")
    public record SecretsService(@DefaultValue("http://127.0.0.1:8085") URI url) {}

    /// Where the internal storage is.
    @ConfigurationProperties("millrace.storage")
    public record Storage(
            StorageSettings.@Nullable Type type,
            @Nullable Path directory,
            StorageSettings.@Nullable S3 s3) {
        StorageSettings settings() {
            return new StorageSettings(type, directory, s3);
        }
    }

    /// Variables that the flows of all tenants see.
    ///
    /// @param envVarsPrefix environment variables that begin so are seen as `envs`, without it and
    ///   in lower case; empty: none
    /// @param globals seen as `globals`
    /// @param environment seen as `kestra.environment.name`
    /// @param url how users reach this installation, seen as `kestra.url`
    @ConfigurationProperties("millrace.variables")
    public record Variables(
            @DefaultValue("ENV_") String envVarsPrefix,
            @Nullable Map<String, Object> globals,
            @Nullable String environment,
            @Nullable URI url) {

        Map<String, @Nullable Object> ofInstallation(Map<String, String> env) {
            var envs = new TreeMap<String, @Nullable Object>();
            if (!envVarsPrefix.isEmpty()) {
                env.forEach((name, value) -> {
                    if (name.startsWith(envVarsPrefix)) {
                        envs.put(
                                name.substring(envVarsPrefix.length()).toLowerCase(Locale.ROOT),
                                value);
                    }
                });
            }
            var installation = new LinkedHashMap<String, @Nullable Object>();
            if (environment != null) {
                installation.put("environment", Map.of("name", environment));
            }
            if (url != null) {
                installation.put("url", url.toString());
            }
            var all = new LinkedHashMap<String, @Nullable Object>();
            all.put("envs", envs);
            all.put("globals", globals == null ? Map.of() : globals);
            all.put("kestra", installation);
            return all;
        }
    }
}
