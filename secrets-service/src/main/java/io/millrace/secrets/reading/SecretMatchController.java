// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.reading;

import io.millrace.platform.access.Identity;
import io.millrace.platform.access.ServiceIdentity;
import io.millrace.platform.problem.ServiceException;
import io.millrace.secrets.backend.Backends;
import io.millrace.secrets.store.Namespaces;
import io.millrace.secrets.store.Secrets;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// Tells another service whether something matches a secret, so that no value leaves this one: keys
/// and signatures of webhooks.
@RestController
class SecretMatchController {
    private static final String HMAC = "HmacSHA256";

    private final Secrets secrets;
    private final Backends backends;
    private final ReadLimits limits;

    SecretMatchController(Secrets secrets, Backends backends, ReadLimits limits) {
        this.secrets = secrets;
        this.backends = backends;
        this.limits = limits;
    }

    /// A text, or the name of a secret whose value stands there.
    record Piece(@Nullable String text, @Nullable String secret) {}

    /// @param flow whose webhook it is, for the record
    /// @param pieces the expected text, or the key of the signature
    /// @param candidate what must be equal to it
    /// @param signed the bytes that were signed, if `candidate` is their HMAC-SHA256 in hex
    record MatchRequest(
            String tenant,
            String namespace,
            String flow,
            List<Piece> pieces,
            String candidate,
            byte @Nullable [] signed) {}

    @PostMapping("/internal/webhook-keys/matches")
    Map<String, Boolean> matches(@RequestBody MatchRequest request) {
        if (!(Identity.current().orElse(null) instanceof ServiceIdentity service)) {
            throw new ServiceException.Forbidden("Expected a service's request");
        }
        var names = new LinkedHashSet<String>();
        for (var piece : request.pieces()) {
            if (piece.secret() != null) {
                names.add(piece.secret());
            }
        }
        if (names.size() > limits.maxNames()) {
            throw new ServiceException.Invalid(
                    "pieces", "Expected at most %d secrets".formatted(limits.maxNames()));
        }
        if (!limits.tryMatch(request.tenant())) {
            throw new ServiceException.TooMany(
                    "Too many secrets are read at once", Duration.ofSeconds(1));
        }
        secrets.prepare(request.tenant(), false);
        Map<String, String> values =
                names.isEmpty()
                        ? Map.of()
                        : switch (secrets.read(
                                request.tenant(),
                                request.namespace(),
                                List.copyOf(names),
                                "service:" + service.name(),
                                Map.of(
                                        "namespace", request.namespace(),
                                        "flow", request.flow(),
                                        "purpose", "webhook"),
                                backends.read(
                                        request.tenant(),
                                        Namespaces.lineage(request.namespace()),
                                        names))) {
                            case Secrets.Reading.Values(var byName) -> byName;
                            case Secrets.Reading.Missing _ -> Map.of();
                        };
        if (values.size() < names.size()) {
            return Map.of("matches", false);
        }
        var text = new StringBuilder();
        for (var piece : request.pieces()) {
            text.append(piece.secret() == null ? piece.text() : values.get(piece.secret()));
        }
        var expected = text.toString().getBytes(StandardCharsets.UTF_8);
        if (expected.length == 0) {
            return Map.of("matches", false);
        }
        if (request.signed() != null) {
            expected = hmac(expected, request.signed());
        }
        return Map.of(
                "matches",
                MessageDigest.isEqual(
                        expected, request.candidate().getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] hmac(byte[] key, byte[] signed) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return HexFormat.of()
                    .formatHex(mac.doFinal(signed))
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Expected " + HMAC + " to be there", e);
        }
    }
}
