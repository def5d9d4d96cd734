// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import io.millrace.local.issuer.DevIssuer;
import io.millrace.local.issuer.DevUser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Whose tokens the gateway takes, and who may do what from the start.
final class SignIn {
    private static final String ISSUER = "millrace.gateway.issuers[0].";

    private SignIn() {}

    static Map<String, String> properties(LocalSettings settings) {
        var properties =
                new LinkedHashMap<>(
                        settings.issuer()
                                .map(SignIn::ofReal)
                                .orElseGet(() -> ofDevelopment(settings)));
        properties.put("millrace.gateway.public-url", settings.publicUrl().toString());
        return properties;
    }

    private static Map<String, String> ofDevelopment(LocalSettings settings) {
        var properties = new LinkedHashMap<String, String>();
        var path = settings.issuerUrl().getPath();
        var local = "http://127.0.0.1:" + settings.devIssuerPort();
        properties.put("millrace.gateway.dev-issuer-url", local);
        properties.put(ISSUER + "issuer", settings.issuerUrl().toString());
        properties.put(ISSUER + "jwks-uri", local + path + "/oauth2/jwks");
        // the gateway reaches the issuer here, whatever its public URL is
        var client = ISSUER + "sign-in.";
        properties.put(client + "name", "dev");
        properties.put(client + "client-id", DevIssuer.GATEWAY_CLIENT);
        properties.put(
                client + "client-secret-file",
                DevIssuer.gatewaySecret(settings.devIssuer()).toString());
        properties.put(client + "authorization-uri", settings.issuerUrl() + "/oauth2/authorize");
        properties.put(client + "token-uri", local + path + "/oauth2/token");
        properties.put(client + "revocation-uri", local + path + "/oauth2/revoke");
        properties.put(client + "end-session-uri", settings.issuerUrl() + "/connect/logout");
        for (int i = 0; i < DevUser.OPERATORS.size(); i++) {
            properties.put(
                    "millrace.gateway.operators[%d].group".formatted(i), DevUser.OPERATORS.get(i));
        }
        int index = 0;
        for (var user : DevUser.ALL) {
            for (var grant : user.grants()) {
                var binding = "millrace.gateway.bindings[%d].".formatted(index++);
                properties.put(binding + "tenant", grant.tenant());
                properties.put(binding + "group", user.group());
                properties.put(binding + "role", grant.role());
                properties.put(binding + "namespace", grant.namespace());
            }
        }
        return properties;
    }

    private static Map<String, String> ofReal(LocalSettings.Issuer issuer) {
        var properties = new LinkedHashMap<String, String>();
        var jwks = issuer.jwksUri().orElseGet(() -> discover(issuer.url()));
        properties.put(ISSUER + "issuer", issuer.url().toString());
        properties.put(ISSUER + "jwks-uri", jwks.toString());
        properties.put(ISSUER + "audience", issuer.audience());
        properties.put(ISSUER + "groups-claim", issuer.groupsClaim());
        issuer.client()
                .ifPresent(client -> {
                    properties.put(ISSUER + "sign-in.client-id", client.id());
                    client.secret()
                            .ifPresent(secret ->
                                    properties.put(ISSUER + "sign-in.client-secret", secret));
                });
        issuer.adminGroup()
                .ifPresent(group -> {
                    properties.put("millrace.gateway.bindings[0].tenant", "main");
                    properties.put("millrace.gateway.bindings[0].group", group);
                    properties.put("millrace.gateway.bindings[0].role", "ADMIN");
                    properties.put("millrace.gateway.operators[0].group", group);
                });
        return properties;
    }

    /// Where the issuer says that its keys are (OpenID Connect Discovery 1.0).
    private static URI discover(URI issuer) {
        var document =
                URI.create(
                        issuer.toString().replaceAll("/+$", "")
                                + "/.well-known/openid-configuration");
        var timeout = Duration.ofSeconds(10);
        try (var http = HttpClient.newBuilder().connectTimeout(timeout).build()) {
            var request = HttpRequest.newBuilder(document).timeout(timeout).build();
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return URI.create(JsonMapper.shared().readTree(answer).required("jwks_uri").asString());
        } catch (IOException | JacksonException | IllegalArgumentException e) {
            throw new StartException(
                    "The issuer can't be asked where its keys are at %s (%s): set"
                                    .formatted(document, e.getMessage())
                            + " MILLRACE_OIDC_JWKS_URI, or unset MILLRACE_OIDC_ISSUER",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("Interrupted while starting", e);
        }
    }
}
