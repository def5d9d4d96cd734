// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.web;

import io.millrace.contracts.Codec;
import io.millrace.platform.problem.ServiceException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The entity tag (RFC 9110, section 8.8.3) of what has no number of its own: a digest of what it
/// says.
public final class EntityTag {
    private static final int BYTES = 12;

    private EntityTag() {}

    /// @param content what two would overwrite of each other, as text or as what is coded as JSON;
    ///   the same every time it is read, so no map without an order
    public static String of(Object content) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(Codec.encode(content));
            return "\"" + HexFormat.of().formatHex(digest, 0, BYTES) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Expected SHA-256 in every JDK", e);
        }
    }

    /// Refuses whoever has seen another version. To be asked where nobody else can change it until
    /// it is written.
    ///
    /// @param what for people, such as `role a1b2`
    /// @param ifMatch as the request has it, or absent for any version
    /// @throws ServiceException.Outdated if it isn't at that version
    public static void require(String what, @Nullable String ifMatch, String present) {
        if (ifMatch != null && !ifMatch.equals("*") && !ifMatch.contains(present)) {
            throw new ServiceException.Outdated(
                    "Expected %s at version %s but it is at %s".formatted(what, ifMatch, present));
        }
    }
}
