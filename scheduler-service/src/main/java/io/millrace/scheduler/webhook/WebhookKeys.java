// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.webhook;

import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.ExpressionFunctions;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.platform.http.InternalClients;
import io.millrace.scheduler.trigger.CurrentFlows;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/// Compares keys and signatures with what a flow says, in a time that doesn't tell how much of it
/// is right. A secret's value doesn't come here: the secrets-service does the comparison.
@Component
class WebhookKeys {
    private static final String HMAC = "HmacSHA256";

    /// Stands for a secret's value in a rendered text.
    private static final Pattern PLACE = Pattern.compile("\u0001([^\u0001]*)\u0001");

    private static final ParameterizedTypeReference<Map<String, Boolean>> ANSWER =
            new ParameterizedTypeReference<>() {};

    private final Expressions expressions;
    private final RestClient secrets;

    WebhookKeys(Expressions expressions, InternalClients clients) {
        this.expressions = expressions;
        this.secrets = clients.client("secrets");
    }

    private record Piece(@Nullable String text, @Nullable String secret) {}

    private record Question(
            String tenant,
            String namespace,
            String flow,
            List<Piece> pieces,
            String candidate,
            byte @Nullable [] signed) {}

    /// Whether `candidate` is what the template says.
    boolean matches(CurrentFlows.Found found, String template, String candidate) {
        return ask(found, template, candidate, null);
    }

    /// Whether `given` is the HMAC-SHA256 in hex that what the template says makes of what is
    /// signed, or is what the template says, if nothing is.
    boolean isSignature(CurrentFlows.Found found, String template, Signature.Given given) {
        return ask(found, template, given.hex(), given.signed());
    }

    private boolean ask(
            CurrentFlows.Found found, String template, String candidate, byte @Nullable [] signed) {
        List<Piece> pieces;
        try {
            pieces = pieces(found, template);
        } catch (ExpressionException _) {
            return false;
        }
        if (pieces.stream().allMatch(piece -> piece.secret() == null)) {
            var text = new StringBuilder();
            pieces.forEach(piece -> text.append(piece.text()));
            var expected = text.toString().getBytes(StandardCharsets.UTF_8);
            if (expected.length == 0) {
                return false;
            }
            return MessageDigest.isEqual(
                    signed == null ? expected : hmac(expected, signed),
                    candidate.getBytes(StandardCharsets.UTF_8));
        }
        var answer =
                secrets.post()
                        .uri("/internal/webhook-keys/matches")
                        .contentType(MediaType.APPLICATION_JSON)
                        .body(
                                new Question(
                                        found.tenant(),
                                        found.namespace(),
                                        found.flowId(),
                                        pieces,
                                        candidate,
                                        signed))
                        .retrieve()
                        .body(ANSWER);
        return answer != null && Boolean.TRUE.equals(answer.get("matches"));
    }

    private List<Piece> pieces(CurrentFlows.Found found, String template) {
        var seen =
                RenderContext.of(
                                Map.of(
                                        "flow",
                                                Map.of(
                                                        "id", found.flowId(),
                                                        "namespace", found.namespace()),
                                        "vars", found.flow().variables()))
                        .withFunctions(new Places());
        var text = expressions.render(template, seen);
        var pieces = new ArrayList<Piece>();
        var places = PLACE.matcher(text);
        int at = 0;
        while (places.find()) {
            if (places.start() > at) {
                pieces.add(new Piece(text.substring(at, places.start()), null));
            }
            pieces.add(new Piece(null, places.group(1)));
            at = places.end();
        }
        if (at < text.length()) {
            pieces.add(new Piece(text.substring(at), null));
        }
        return pieces;
    }

    /// Puts a mark where a secret's value would stand.
    private static final class Places implements ExpressionFunctions {
        @Override
        public String secret(String key, @Nullable String namespace, @Nullable String subkey) {
            if (namespace != null || subkey != null) {
                throw new ExpressionException(
                        "The key of a webhook can be a secret of the flow's own namespace alone");
            }
            return "\u0001" + key + "\u0001";
        }
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
