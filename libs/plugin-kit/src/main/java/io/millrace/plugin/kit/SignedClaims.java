// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Claims that are signed with a key, as a compact text (RFC 7515, RFC 7519): with them an account
/// shows who it is.
public final class SignedClaims {
    private SignedClaims() {}

    /// How they are signed (RFC 7518, 3.1).
    public enum Algorithm {
        RS256 {
            @Override
            Signature signature() throws GeneralSecurityException {
                return Signature.getInstance("SHA256withRSA");
            }
        },
        PS256 {
            @Override
            Signature signature() throws GeneralSecurityException {
                var signature = Signature.getInstance("RSASSA-PSS");
                signature.setParameter(
                        new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
                return signature;
            }
        };

        abstract Signature signature() throws GeneralSecurityException;
    }

    /// @param header what says which key it is
    /// @throws GeneralSecurityException if the key isn't for the algorithm
    public static String of(
            Algorithm algorithm, PrivateKey key, Map<String, ?> header, Map<String, ?> claims)
            throws GeneralSecurityException {
        var whole = new LinkedHashMap<String, Object>(header);
        whole.put("typ", "JWT");
        whole.put("alg", algorithm.name());
        var text = part(whole) + "." + part(claims);
        var signature = algorithm.signature();
        signature.initSign(key);
        signature.update(text.getBytes(US_ASCII));
        return text + "." + encoded(signature.sign());
    }

    private static String part(Map<String, ?> map) {
        return encoded(JsonMapper.shared().writeValueAsBytes(map));
    }

    /// As parts of such texts are.
    public static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
