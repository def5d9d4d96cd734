// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.cli.Contexts.Context;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Where Millrace is, and how to sign in. The environment comes first: `MILLRACE_TOKEN` is used as
/// it is; else a token is asked for at the issuer with `MILLRACE_CLIENT_ID` and
/// `MILLRACE_CLIENT_SECRET`. Then the context of `millrace login`. Without any, it is a user of the
/// development issuer, whose password is in the data directory.
///
/// @param server such as `http://localhost:8080`
/// @param tenant such as `main`
/// @param contextName of the context in use, or absent
record Connection(
        URI server,
        String tenant,
        Map<String, String> environment,
        Contexts contexts,
        @Nullable String contextName) {
    static final String DEFAULT_USER = "alice";

    /// A token that ends sooner is not used any more.
    private static final Duration LEEWAY = Duration.ofSeconds(30);

    /// What the environment says, then the context, and else the files of a suite that runs on this
    /// machine.
    ///
    /// @param name of the context that was asked for, or absent
    static Connection of(Map<String, String> environment, @Nullable String name) {
        var contexts = Contexts.of(environment);
        var wanted = name == null ? environment.get("MILLRACE_CONTEXT") : name;
        var context = contexts.find(wanted);
        var server = environment.get("MILLRACE_URL");
        boolean elsewhere = server != null && !server.isBlank();
        if (server == null || server.isBlank()) {
            server =
                    context == null
                            ? running(environment).getOrDefault("url", "http://localhost:8080")
                            : context.url();
        }
        var tenant = environment.get("MILLRACE_TENANT");
        if (tenant == null || tenant.isBlank()) {
            tenant = context == null ? "main" : context.tenant();
        }
        // the token of one server isn't shown to another
        boolean fits = context != null && (!elsewhere || sameServer(server, context.url()));
        return new Connection(
                server(server),
                tenant,
                Map.copyOf(environment),
                contexts,
                fits ? (wanted == null ? contexts.current() : wanted) : null);
    }

    private static boolean sameServer(String one, String other) {
        return withoutSlash(one).equals(withoutSlash(other));
    }

    /// @throws CliException if it is no address of a server
    static URI server(String url) {
        try {
            var address = new URI(withoutSlash(url));
            if (("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
                    && address.getHost() != null) {
                return address;
            }
        } catch (URISyntaxException _) {
            // as one that has another scheme
        }
        throw new CliException(
                ExitCode.USAGE,
                "Expected a URL such as https://millrace.example.com but got " + url);
    }

    static String withoutSlash(String url) {
        return url.replaceAll("/+$", "");
    }

    /// A bearer token that is valid now.
    ///
    /// @param user of the development issuer
    String token(Http http, String user) {
        var given = environment.get("MILLRACE_TOKEN");
        if (given != null && !given.isBlank()) {
            return given.strip();
        }
        var client = environment.get("MILLRACE_CLIENT_ID");
        if (client != null && !client.isBlank()) {
            var secret = environment.getOrDefault("MILLRACE_CLIENT_SECRET", "");
            return clientToken(http, tokenEndpoint(http, issuer()), client, secret);
        }
        var context = contextName == null ? null : contexts.find(contextName);
        if (context != null && contextName != null) {
            return token(http, contextName, context);
        }
        return clientToken(
                http, URI.create(issuer() + "/oauth2/token"), "dev-" + user, password(user));
    }

    private String token(Http http, String name, Context context) {
        var now = Clock.systemUTC().instant();
        boolean valid =
                context.expiresAt() == null || context.expiresAt().minus(LEEWAY).isAfter(now);
        if (context.token() != null && valid) {
            return context.token();
        }
        if (context.issuer() == null || context.clientId() == null) {
            throw new CliException(
                    ExitCode.DENIED, "The token has expired: millrace login " + context.url());
        }
        var endpoint = tokenEndpoint(http, context.issuer());
        var secret = context.clientSecret() == null ? "" : context.clientSecret();
        if (context.refreshToken() == null) {
            return clientToken(http, endpoint, context.clientId(), secret);
        }
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", context.refreshToken());
        var answer = http.send(formRequest(endpoint, context.clientId(), secret, form));
        if (!Http.isSuccess(answer.statusCode())) {
            throw new CliException(
                    ExitCode.DENIED, "The sign-in has expired: millrace login " + context.url());
        }
        var tokens = Http.parse(answer.body());
        contexts.replace(name, withTokens(context, tokens));
        return tokens.path("access_token").asString();
    }

    /// The context with what the token endpoint has answered.
    static Context withTokens(Context context, JsonNode tokens) {
        long seconds = tokens.path("expires_in").asLong(0);
        return context.withTokens(
                tokens.path("access_token").asString(),
                tokens.path("refresh_token").isString()
                        ? tokens.path("refresh_token").asString()
                        : null,
                seconds == 0 ? null : Clock.systemUTC().instant().plusSeconds(seconds));
    }

    static URI tokenEndpoint(Http http, String issuer) {
        return URI.create(discovery(http, issuer).path("token_endpoint").asString());
    }

    static JsonNode discovery(Http http, String issuer) {
        return http.json(
                HttpRequest.newBuilder(
                                URI.create(
                                        withoutSlash(issuer) + "/.well-known/openid-configuration"))
                        .build());
    }

    static String clientToken(Http http, URI endpoint, String client, String secret) {
        var answer =
                http.json(
                        formRequest(
                                endpoint,
                                client,
                                secret,
                                Map.of("grant_type", "client_credentials")));
        return answer.path("access_token").asString();
    }

    /// A form for the issuer, from a client that says who it is.
    static HttpRequest formRequest(
            URI endpoint, String client, String secret, Map<String, String> form) {
        var body = new StringBuilder();
        form.forEach((name, value) -> {
            body.append(body.isEmpty() ? "" : "&").append(encode(name));
            body.append('=').append(encode(value));
        });
        var request =
                HttpRequest.newBuilder(endpoint)
                        .header("Content-Type", "application/x-www-form-urlencoded");
        if (secret.isEmpty()) {
            body.append("&client_id=").append(encode(client));
        } else {
            var basic = encode(client) + ":" + encode(secret);
            request.header(
                    "Authorization",
                    "Basic "
                            + Base64.getEncoder()
                                    .encodeToString(basic.getBytes(StandardCharsets.UTF_8)));
        }
        return request.POST(HttpRequest.BodyPublishers.ofString(body.toString())).build();
    }

    private String issuer() {
        var issuer = environment.get("MILLRACE_OIDC_ISSUER");
        if (issuer != null && !issuer.isBlank()) {
            return withoutSlash(issuer);
        }
        return running(environment).getOrDefault("issuer", server + "/dev-issuer");
    }

    private String password(String user) {
        if (!user.matches("[a-z0-9-]+")) {
            throw new CliException(ExitCode.USAGE, "Expected a user's name but got " + user);
        }
        var file = data(environment).resolve("dev-issuer").resolve(user + ".password");
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.DENIED,
                    "There is no development user "
                            + user
                            + " in "
                            + file.getParent()
                            + ": start Millrace, sign in with `millrace login URL`, or set"
                            + " MILLRACE_TOKEN",
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

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
