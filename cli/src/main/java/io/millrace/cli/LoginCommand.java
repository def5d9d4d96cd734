// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import io.millrace.cli.Contexts.Context;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(
        name = "login",
        description = {
            "Signs in to a server and remembers it as a context.",
            "A person signs in with a browser (device code), a program with a token or a client."
        })
final class LoginCommand implements Runnable {
    private static final Duration LEAST_PAUSE = Duration.ofSeconds(1);

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "0..1",
            paramLabel = "URL",
            description = "of the server (default: MILLRACE_URL, or the suite of this machine)")
    private @Nullable String url;

    @Option(names = "--name", description = "of the context (default: the server's host)")
    private @Nullable String name;

    @Option(names = "--tenant", description = "(default: ${DEFAULT-VALUE})")
    private String tenant = "main";

    @Option(names = "--issuer", paramLabel = "URL", description = "who signs people in")
    private @Nullable String issuer;

    @Option(names = "--client-id", description = "(default: ${DEFAULT-VALUE})")
    private String clientId = "millrace-cli";

    @Option(
            names = "--client-secret-stdin",
            description = "sign in as the client itself, with the secret on standard input")
    private boolean clientSecret;

    @Option(
            names = "--token-stdin",
            description = "keep the token on standard input, such as that of a service account")
    private boolean token;

    @Override
    public void run() {
        var environment = Root.of(spec).environment();
        var address =
                url == null ? Connection.of(environment, null).server() : Connection.server(url);
        var server = address.toString();
        var contexts = Contexts.of(environment);
        try (var http = new Http()) {
            var signIn = issuer == null ? server + "/dev-issuer" : issuer;
            var context =
                    token
                            ? ofToken(server, Standard.line("a token"))
                            : clientSecret
                                    ? ofClient(server, signIn, Standard.line("a secret"))
                                    : ofPerson(http, server, signIn);
            // what the server doesn't take isn't remembered
            var me = new Api(http, address, tenant, token(http, context)).get("/me");
            var known = name == null ? address.getHost() : name;
            contexts.use(known, context);
            Millrace.out(spec)
                    .printf(
                            "Signed in to %s as %s: context %s%n",
                            server, me.path("subject").asString(), known);
        }
    }

    private static String token(Http http, Context context) {
        if (context.token() != null) {
            return context.token();
        }
        return Connection.clientToken(
                http,
                Connection.tokenEndpoint(http, String.valueOf(context.issuer())),
                String.valueOf(context.clientId()),
                String.valueOf(context.clientSecret()));
    }

    private Context ofToken(String server, String given) {
        return new Context(server, tenant, null, null, null, given, null, null);
    }

    private Context ofClient(String server, String signIn, String secret) {
        return new Context(server, tenant, signIn, clientId, secret, null, null, null);
    }

    /// RFC 8628: the person types a code where he has a browser, and the program asks until he has.
    private Context ofPerson(Http http, String server, String signIn) {
        var discovery = Connection.discovery(http, signIn);
        var endpoint = discovery.path("device_authorization_endpoint").asString("");
        if (endpoint.isEmpty()) {
            throw new CliException(
                    ExitCode.REFUSED,
                    signIn + " knows no device codes: give a token with --token-stdin");
        }
        // the client of the command line can't keep a secret; that of the development issuer is its
        // own name
        var secret = issuer == null ? clientId : "";
        // the development issuer gives devices no ID tokens, and refuses who asks for one
        Map<String, String> scope = issuer == null ? Map.of() : Map.of("scope", "openid profile");
        var device =
                http.json(Connection.formRequest(URI.create(endpoint), clientId, secret, scope));
        var out = Millrace.out(spec);
        out.printf(
                "Open %s and type the code %s%n",
                device.path("verification_uri_complete")
                        .asString(device.path("verification_uri").asString("")),
                device.path("user_code").asString());
        out.flush();
        var tokens =
                await(
                        http,
                        URI.create(discovery.path("token_endpoint").asString()),
                        secret,
                        device);
        return Connection.withTokens(
                new Context(
                        server,
                        tenant,
                        signIn,
                        clientId,
                        secret.isEmpty() ? null : secret,
                        null,
                        null,
                        null),
                tokens);
    }

    private JsonNode await(Http http, URI endpoint, String secret, JsonNode device) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
        form.put("device_code", device.path("device_code").asString());
        var pause = Duration.ofSeconds(device.path("interval").asLong(5));
        long until =
                System.nanoTime()
                        + Duration.ofSeconds(device.path("expires_in").asLong(300)).toNanos();
        while (System.nanoTime() < until) {
            var answer = http.send(Connection.formRequest(endpoint, clientId, secret, form));
            var body = Http.parse(answer.body());
            if (Http.isSuccess(answer.statusCode())) {
                return body;
            }
            switch (body.path("error").asString("")) {
                case "authorization_pending" -> {}
                case "slow_down" -> pause = pause.plusSeconds(5);
                default ->
                        throw new CliException(
                                ExitCode.DENIED,
                                "The sign-in is refused: "
                                        + body.path("error_description")
                                                .asString(body.path("error").asString("")));
            }
            sleep(pause.compareTo(LEAST_PAUSE) < 0 ? LEAST_PAUSE : pause);
        }
        throw new CliException(ExitCode.DENIED, "Nobody has typed the code in time");
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("Interrupted", e);
        }
    }
}
