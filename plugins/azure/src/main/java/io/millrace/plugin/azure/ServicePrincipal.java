// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import static io.millrace.plugin.kit.SignedClaims.Algorithm.PS256;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.FileHttp;
import io.millrace.plugin.kit.OAuthToken;
import io.millrace.plugin.kit.Pem;
import io.millrace.plugin.kit.SignedClaims;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An application of Microsoft Entra ID, which gets a token for the store with its secret or its
/// certificate ("OAuth 2.0 client credentials flow", "Certificate credentials").
///
/// @param secret or a certificate
/// @param certificate with its private key, in PEM
record ServicePrincipal(
        URI tokens, String client, @Nullable String secret, @Nullable String certificate)
        implements OAuthToken.Grant {
    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9.-]{1,253}");
    private static final Duration LASTS = Duration.ofMinutes(10);

    /// @return nothing where no service principal is named
    /// @throws TaskFailedException if it is named in part
    static @Nullable ServicePrincipal of(Account account) throws TaskFailedException {
        var tenant = account.tenantId();
        var client = account.clientId();
        if (tenant == null && client == null) {
            return null;
        }
        if (tenant == null
                || client == null
                || (account.clientSecret() == null) == (account.pemCertificate() == null)) {
            throw new TaskFailedException(
                    "Expected `tenantId`, `clientId` and either `clientSecret` or `pemCertificate`");
        }
        // it becomes part of a path
        if (!TENANT.matcher(tenant.strip()).matches()) {
            throw new TaskFailedException("Expected the id of a directory in `tenantId`");
        }
        try {
            return new ServicePrincipal(
                    URI.create(
                            "%s/%s/oauth2/v2.0/token"
                                    .formatted(
                                            account.authorityHost().strip().replaceFirst("/+$", ""),
                                            tenant.strip())),
                    client.strip(),
                    account.clientSecret(),
                    account.pemCertificate());
        } catch (IllegalArgumentException e) {
            throw new TaskFailedException("Expected a URL in `authorityHost`", e);
        }
    }

    @Override
    public String ask(FileHttp http) throws TaskFailedException, IOException, InterruptedException {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "client_credentials");
        form.put("client_id", client);
        form.put("scope", "https://storage.azure.com/.default");
        if (certificate == null) {
            form.put("client_secret", String.valueOf(secret));
        } else {
            form.put(
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
            form.put("client_assertion", assertion(certificate));
        }
        return OAuthToken.Grant.post(http, tokens, form);
    }

    private String assertion(String pem) throws TaskFailedException {
        var now = Instant.now();
        try {
            var shown = Pem.certificates(pem)[0].getEncoded();
            var thumbprint = MessageDigest.getInstance("SHA-256").digest(shown);
            return SignedClaims.of(
                    PS256,
                    Pem.key(pem),
                    Map.of("x5t#S256", SignedClaims.encoded(thumbprint)),
                    Map.of(
                            "aud", tokens.toString(),
                            "iss", client,
                            "sub", client,
                            "jti", UUID.randomUUID().toString(),
                            "nbf", now.getEpochSecond(),
                            "exp", now.plus(LASTS).getEpochSecond()));
        } catch (GeneralSecurityException _) {
            throw new TaskFailedException(
                    "Expected a certificate and its RSA key in PEM in `pemCertificate`");
        }
    }
}
