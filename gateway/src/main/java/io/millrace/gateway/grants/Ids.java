// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.grants;

import java.security.SecureRandom;

/// Ids of what people make: 22 letters and digits, 130 random bits.
public final class Ids {
    private static final String ALPHABET =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    public static String next() {
        return next(22);
    }

    /// @param length in characters, of 5.95 random bits each
    public static String next(int length) {
        var id = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            id.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }
}
