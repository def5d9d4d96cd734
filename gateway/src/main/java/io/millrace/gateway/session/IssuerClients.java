// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.session;

import io.millrace.gateway.GatewayProperties;
import java.net.URI;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// The issuers at which browsers sign in, by the name of the sign-in.
@Component
class IssuerClients {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9-]{0,62}");

    private final Map<String, IssuerClient> clients = new LinkedHashMap<>();
    private final @Nullable URI publicUrl;

    IssuerClients(GatewayProperties properties, Clock clock) {
        this.publicUrl = properties.publicUrl();
        for (var issuer : properties.issuers()) {
            var signIn = issuer.signIn();
            if (signIn == null) {
                continue;
            }
            if (publicUrl == null) {
                throw new IllegalArgumentException(
                        "Expected millrace.gateway.public-url: issuers send browsers back there");
            }
            if (!NAME.matcher(signIn.name()).matches()) {
                throw new IllegalArgumentException(
                        "Expected letters, digits and hyphens in the name of a sign-in but got "
                                + signIn.name());
            }
            var client = new IssuerClient(issuer, signIn, publicUrl, clock);
            if (clients.putIfAbsent(signIn.name(), client) != null) {
                throw new IllegalArgumentException(
                        "Expected a name of its own for each sign-in but got "
                                + signIn.name()
                                + " twice");
            }
        }
    }

    Collection<IssuerClient> all() {
        return clients.values();
    }

    Optional<IssuerClient> find(String name) {
        return Optional.ofNullable(clients.get(name));
    }

    /// Where browsers find the pages.
    URI home() {
        return publicUrl == null ? URI.create("/ui/") : publicUrl.resolve("/ui/");
    }
}
