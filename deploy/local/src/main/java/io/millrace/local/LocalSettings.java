// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the user asked for, by environment variables (`docs/configuration.md`).
///
/// @param data directory of everything that is kept
/// @param port the public port; the ports after it are used on loopback
/// @param postgres a real PostgreSQL, or absent for the embedded one
/// @param broker a real RabbitMQ, or absent for the embedded broker
/// @param installation prefix of all names on the broker
/// @param storage directory of the internal storage, unless S3 is asked for
/// @param tenants whose jobs the worker takes
/// @param issuer a real OIDC issuer, or absent for the development one
/// @param publicUrl how browsers reach the public port
/// @param processes whether each service gets a process of its own
record LocalSettings(
        Path data,
        int port,
        Optional<Postgres> postgres,
        Optional<URI> broker,
        String installation,
        Path storage,
        List<String> tenants,
        Optional<Issuer> issuer,
        URI publicUrl,
        boolean processes) {
    private static final int DEV_ISSUER_OFFSET = 6;
    private static final int POSTGRES_OFFSET = 7;
    private static final int BROKER_OFFSET = 8;

    /// @param url JDBC URL of the database
    record Postgres(String url, String user, String password) {}

    /// @param jwksUri where its keys are, or absent: its discovery document says it
    /// @param adminGroup whose members may do everything in tenant `main` from the start
    /// @param client the gateway as a client of the issuer, or absent: browsers can't sign in then
    record Issuer(
            URI url,
            Optional<URI> jwksUri,
            String audience,
            String groupsClaim,
            Optional<String> adminGroup,
            Optional<Client> client) {}

    /// @param secret absent for a public client
    record Client(String id, Optional<String> secret) {
        @Override
        public String toString() {
            return "Client[id=" + id + "]";
        }
    }

    static LocalSettings of(Map<String, String> environment, List<String> arguments) {
        int port = port(environment.getOrDefault("MILLRACE_PORT", "8080"));
        var data = Path.of(environment.getOrDefault("MILLRACE_DATA", ".data")).toAbsolutePath();
        return new LocalSettings(
                data,
                port,
                value(environment, "MILLRACE_POSTGRES_URL")
                        .map(url ->
                                new Postgres(
                                        url,
                                        environment.getOrDefault(
                                                "MILLRACE_POSTGRES_USER", "postgres"),
                                        environment.getOrDefault(
                                                "MILLRACE_POSTGRES_PASSWORD", ""))),
                value(environment, "MILLRACE_BROKER_URI").map(URI::create),
                environment.getOrDefault("MILLRACE_BROKER_INSTALLATION", "millrace"),
                value(environment, "MILLRACE_STORAGE_DIRECTORY")
                        .map(Path::of)
                        .orElse(data.resolve("storage"))
                        .toAbsolutePath(),
                List.of(
                        environment
                                .getOrDefault("MILLRACE_WORKER_TENANTS", "main,other")
                                .split(",")),
                value(environment, "MILLRACE_OIDC_ISSUER")
                        .map(url ->
                                new Issuer(
                                        URI.create(url),
                                        value(environment, "MILLRACE_OIDC_JWKS_URI")
                                                .map(URI::create),
                                        environment.getOrDefault(
                                                "MILLRACE_OIDC_AUDIENCE", "millrace"),
                                        environment.getOrDefault(
                                                "MILLRACE_OIDC_GROUPS_CLAIM", "groups"),
                                        value(environment, "MILLRACE_OIDC_ADMIN_GROUP"),
                                        value(environment, "MILLRACE_OIDC_CLIENT_ID")
                                                .map(id ->
                                                        new Client(
                                                                id,
                                                                value(
                                                                        environment,
                                                                        "MILLRACE_OIDC_CLIENT_SECRET"))))),
                URI.create(
                        environment.getOrDefault(
                                "MILLRACE_PUBLIC_URL", "http://localhost:" + port)),
                arguments.contains("--processes"));
    }

    int port(Service service) {
        return port + service.portOffset();
    }

    int devIssuerPort() {
        return port + DEV_ISSUER_OFFSET;
    }

    int postgresPort() {
        return port + POSTGRES_OFFSET;
    }

    int brokerPort() {
        return port + BROKER_OFFSET;
    }

    /// The issuer that tokens must name.
    URI issuerUrl() {
        return issuer.map(Issuer::url).orElseGet(() -> URI.create(publicUrl + "/dev-issuer"));
    }

    /// Where passwords and keys are.
    Path credentials() {
        return data.resolve("credentials");
    }

    /// The development issuer's key and passwords.
    Path devIssuer() {
        return data.resolve("dev-issuer");
    }

    /// Files about what is running now.
    Path run() {
        return data.resolve("run");
    }

    private static Optional<String> value(Map<String, String> environment, String name) {
        @Nullable String value = environment.get(name);
        return value == null || value.isBlank() ? Optional.empty() : Optional.of(value.strip());
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text.strip());
            if (port > 0 && port <= 65_535 - BROKER_OFFSET) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new StartException("Expected a port in MILLRACE_PORT but got " + text, e);
        }
        throw new StartException("Expected MILLRACE_PORT from 1 to 65527 but got " + text);
    }
}
