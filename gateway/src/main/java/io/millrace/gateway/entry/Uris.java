// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.entry;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Which paths are taken at all: those that every reader on the way reads alike.
final class Uris {
    private Uris() {}

    /// Whether a raw path has no dot segments, no empty segments, no parameters, and nothing
    /// encoded that could stand for a separator, a dot, a percent sign or a control character.
    static boolean isPlain(String path) {
        if (!path.startsWith("/")) {
            return false;
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c <= ' ' || c > '~' || "\\;<>\"^`{|}#?".indexOf(c) >= 0) {
                return false;
            }
            if (c == '%') {
                if (i + 2 >= path.length() || isAmbiguous(path.substring(i + 1, i + 3))) {
                    return false;
                }
                i += 2;
            }
        }
        return !path.contains("//")
                && !path.contains("/./")
                && !path.contains("/../")
                && !path.endsWith("/.")
                && !path.endsWith("/..");
    }

    /// Whether a raw query is text: well-formed UTF-8 without U+0000, which no database stores.
    static boolean isText(String query) {
        var bytes = new ByteArrayOutputStream(query.length());
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            if (c != '%') {
                bytes.write(c);
                continue;
            }
            if (i + 2 >= query.length()) {
                return false;
            }
            int high = Character.digit(query.charAt(++i), 16);
            int low = Character.digit(query.charAt(++i), 16);
            if (high < 0 || low < 0 || high + low == 0) {
                return false;
            }
            bytes.write(high << 4 | low);
        }
        try {
            var _ =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes.toByteArray()));
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
    }

    private static boolean isAmbiguous(String hex) {
        try {
            int value = Integer.parseInt(hex.toUpperCase(Locale.ROOT), 16);
            return value < 0x20 || value == 0x7f || "./\\;%?#".indexOf(value) >= 0;
        } catch (NumberFormatException _) {
            return true;
        }
    }
}
