// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where Millrace is, and how to sign in. A token in `MILLRACE_TOKEN` is used as it is. Else a
/// token is asked for at the issuer with `MILLRACE_CLIENT_ID` and `MILLRACE_CLIENT_SECRET`, or as a
/// user of the development issuer, whose password is in the data directory.
///
/// @param server such as `http://localhost:8080`
/// @param tenant such as `main`
record Connection(URI server, String tenant, Map<String, String> environment) {
    static final String DEFAULT_USER = "alice";

    /// What the environment says, and else the files of a suite that runs on this machine.
    static Connection of(Map<String, String> environment) {
        var server = environment.get("MILLRACE_URL");
        if (server == null || server.isBlank()) {
            server = running(environment).getOrDefault("url", "http://localhost:8080");
        }
        return new Connection(
                URI.create(server.replaceAll("/+$", "")),
                environment.getOrDefault("MILLRACE_TENANT", "main"),
                Map.copyOf(environment));
    }

    /// A bearer token that is valid now.
    ///
    /// @param user of the development issuer
    String token(Http http, String user) {
        var given = environment.get("MILLRACE_TOKEN");
        if (given != null && !given.isBlank()) {
            return given.strip();
        }
        var issuer = issuer();
        var client = environment.get("MILLRACE_CLIENT_ID");
        if (client != null && !client.isBlank()) {
            var secret = environment.getOrDefault("MILLRACE_CLIENT_SECRET", "");
            var discovery =
                    http.json(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    issuer + "/.well-known/openid-configuration"))
                                    .build());
            return token(
                    http, URI.create(discovery.path("token_endpoint").asString()), client, secret);
        }
        return token(http, URI.create(issuer + "/oauth2/token"), "dev-" + user, password(user));
    }

    private static String token(Http http, URI endpoint, String client, String secret) {
        var basic =
                Base64.getEncoder()
                        .encodeToString(
                                (encode(client) + ":" + encode(secret))
                                        .getBytes(StandardCharsets.UTF_8));
        var answer =
                http.json(
                        HttpRequest.newBuilder(endpoint)
                                .header("Authorization", "Basic " + basic)
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "grant_type=client_credentials"))
                                .build());
        return answer.path("access_token").asString();
    }

    private String issuer() {
        var issuer = environment.get("MILLRACE_OIDC_ISSUER");
        if (issuer != null && !issuer.isBlank()) {
            return issuer.replaceAll("/+$", "");
        }
        return running(environment).getOrDefault("issuer", server + "/dev-issuer");
    }

    private String password(String user) {
        if (!user.matches("[a-z0-9-]+")) {
            throw new CliException("Expected a user's name but got " + user);
        }
        var file = data(environment).resolve("dev-issuer").resolve(user + ".password");
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CliException(
                    "There is no development user "
                            + user
                            + " in "
                            + file.getParent()
                            + ": start Millrace, or set MILLRACE_TOKEN",
                    e);
        }
    }

    static Path data(Map<String, String> environment) {
        return Path.of(environment.getOrDefault("MILLRACE_DATA", ".data"));
    }

    /// What the running suite says of itself.
    private static Map<String, String> running(Map<String, String> environment) {
        var facts = new HashMap<String, String>();
        try {
            for (var line : Files.readAllLines(data(environment).resolve("run").resolve("ready"))) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    facts.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
        } catch (IOException e) {
            return Map.of(); // none runs here
        }
        return facts;
    }

    private static String encode(@Nullable String text) {
        return URLEncoder.encode(text == null ? "" : text, StandardCharsets.UTF_8);
    }
}
