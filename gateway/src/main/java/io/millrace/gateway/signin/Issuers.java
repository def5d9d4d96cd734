// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.signin;

import com.nimbusds.jwt.SignedJWT;
import io.millrace.gateway.GatewayProperties;
import io.millrace.platform.identity.InvalidTokenException;
import java.text.ParseException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/// The issuers whose tokens are taken, with their keys.
@Component
public class Issuers {
    private static final int LONGEST = 8192;

    private final Map<String, IssuerTokens> issuers = new HashMap<>();

    Issuers(GatewayProperties properties, Clock clock) {
        for (var issuer : properties.issuers()) {
            issuers.put(
                    issuer.issuer(),
                    new IssuerTokens(issuer, properties.issuers().size() == 1, clock));
        }
    }

    /// What groups mean in tenants; nothing for those of an issuer that is taken no more.
    public List<Principal.Mapped> mapped(String issuer, Set<String> groups) {
        var known = issuers.get(issuer);
        return known == null ? List.of() : known.mapped(groups);
    }

    /// A token and whose it claims to be; nothing about it is checked yet.
    record Claimed(SignedJWT jwt, IssuerTokens issuer) {}

    Claimed read(String token) throws InvalidTokenException {
        if (token.length() > LONGEST) {
            throw new InvalidTokenException("Expected a token of at most 8 KiB");
        }
        try {
            var jwt = SignedJWT.parse(token);
            var claimed = jwt.getJWTClaimsSet().getIssuer();
            var issuer = claimed == null ? null : issuers.get(claimed);
            if (issuer == null) {
                throw new InvalidTokenException("Expected a token of a known issuer");
            }
            return new Claimed(jwt, issuer);
        } catch (ParseException e) {
            throw new InvalidTokenException("Expected a signed JWT");
        }
    }
}
