// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.backend;

import io.millrace.platform.problem.ServiceException;
import io.millrace.secrets.backend.BackendProperties.Environment;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Variables of the service's environment. They are the same for all namespaces that may read the
/// backend.
final class EnvironmentBackend implements Backend {
    private final Environment settings;
    private final Map<String, String> environment;

    EnvironmentBackend(Environment settings, Map<String, String> environment) {
        this.settings = settings;
        this.environment = environment;
    }

    @Override
    public Optional<String> read(String tenant, String namespace, String name) {
        var variable = (settings.prefix() + name).toUpperCase(Locale.ROOT);
        var value = environment.get(variable);
        if (value == null) {
            return Optional.empty();
        }
        return Optional.of(
                switch (settings.encoding()) {
                    case PLAIN -> value;
                    case BASE64 -> decoded(variable, value);
                });
    }

    private static String decoded(String variable, String value) {
        try {
            return new String(Base64.getMimeDecoder().decode(value), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw new ServiceException.Refused("Expected Base64 in the variable " + variable);
        }
    }
}
