// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The parameters of the address alone. Those that a servlet gives may be parts of the form, and
/// those are inputs of flows, whatever their names.
record QueryString(HttpServletRequest request) {

    Optional<String> get(String name) {
        var query = request.getQueryString();
        if (query == null) {
            return Optional.empty();
        }
        for (var pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            var key = equals < 0 ? pair : pair.substring(0, equals);
            if (decoded(key).equals(name)) {
                return Optional.of(decoded(equals < 0 ? "" : pair.substring(equals + 1)));
            }
        }
        return Optional.empty();
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
