// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.entry;

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

    private static boolean isAmbiguous(String hex) {
        try {
            int value = Integer.parseInt(hex.toUpperCase(Locale.ROOT), 16);
            return value < 0x20 || value == 0x7f || "./\\;%?#".indexOf(value) >= 0;
        } catch (NumberFormatException _) {
            return true;
        }
    }
}
