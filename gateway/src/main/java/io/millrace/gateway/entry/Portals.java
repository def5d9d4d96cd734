// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.entry;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.filter.CorsFilter;

/// What pages of other sites may do: call the API if their origin is listed, with a bearer token.
/// Cookies don't count there, and pages of other origins are told nothing.
final class Portals extends CorsFilter {
    private final Set<String> origins;

    /// @param origins scheme, host and port, as browsers write them
    Portals(Set<String> origins) {
        super(_ -> rights(origins));
        origins.forEach(Portals::check);
        this.origins = Set.copyOf(origins);
    }

    private static CorsConfiguration rights(Set<String> origins) {
        var rights = new CorsConfiguration();
        rights.setAllowedOrigins(List.copyOf(origins));
        rights.setAllowedMethods(List.of("GET", "POST", "PUT", "PATCH", "DELETE"));
        rights.setAllowedHeaders(
                List.of(
                        HttpHeaders.AUTHORIZATION,
                        HttpHeaders.ACCEPT,
                        HttpHeaders.CONTENT_TYPE,
                        HttpHeaders.IF_MATCH,
                        "Idempotency-Key",
                        "Last-Event-ID"));
        rights.setExposedHeaders(
                List.of(HttpHeaders.ETAG, HttpHeaders.LOCATION, HttpHeaders.RETRY_AFTER));
        rights.setAllowCredentials(false);
        rights.setMaxAge(Duration.ofMinutes(10));
        return rights;
    }

    private static void check(String origin) {
        var uri = URI.create(origin);
        boolean plain =
                Set.of("https", "http").contains(String.valueOf(uri.getScheme()))
                        && uri.getHost() != null
                        && origin.equals(uri.getScheme() + "://" + uri.getAuthority());
        if (!plain || uri.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "Expected millrace.gateway.portals to hold origins such as"
                            + " https://portal.example.com but got: "
                            + origin);
        }
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        var origin = request.getHeader(HttpHeaders.ORIGIN);
        return origin == null || !origins.contains(origin);
    }
}
