// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.session;

import io.millrace.gateway.GatewayProperties;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;

/// The two cookies that a browser gets. No script reads them, and no other site's form sends them.
/// With TLS their names bind them to this very host (RFC 6265bis, 4.1.3.2).
@Component
public class Cookies {
    private static final String PREFIX = "__Host-";
    private static final String SESSION = "millrace-session";
    private static final String SIGN_IN = "millrace-signin";
    private static final Duration TO_SIGN_IN = Duration.ofMinutes(10);

    private final boolean tls;

    Cookies(GatewayProperties properties) {
        var url = properties.publicUrl();
        this.tls = url != null && "https".equals(url.getScheme());
    }

    /// Whether a cookie is the gateway's own business.
    public static boolean isOwn(String name) {
        var plain = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
        return plain.equals(SESSION) || plain.equals(SIGN_IN);
    }

    Optional<SessionKey> session(HttpServletRequest request) {
        return one(request, SESSION).flatMap(SessionKey::parse);
    }

    Optional<SignInAttempt> attempt(HttpServletRequest request) {
        return one(request, SIGN_IN).flatMap(SignInAttempt::parse);
    }

    /// Two of a name are none: somebody else has set one of them.
    private Optional<String> one(HttpServletRequest request, String name) {
        var cookies = request.getCookies();
        String found = null;
        for (var cookie : cookies == null ? new Cookie[0] : cookies) {
            if (cookie.getName().equals(full(name))) {
                if (found != null) {
                    return Optional.empty();
                }
                found = cookie.getValue();
            }
        }
        return Optional.ofNullable(found);
    }

    void begin(SignInAttempt attempt, HttpServletResponse response) {
        add(response, SIGN_IN, attempt.text(), TO_SIGN_IN);
    }

    void signedIn(SessionKey key, Duration longest, HttpServletResponse response) {
        add(response, SIGN_IN, "", Duration.ZERO);
        add(response, SESSION, key.text(), longest);
    }

    void forget(HttpServletResponse response) {
        add(response, SESSION, "", Duration.ZERO);
    }

    private void add(HttpServletResponse response, String name, String value, Duration age) {
        response.addHeader(
                HttpHeaders.SET_COOKIE,
                ResponseCookie.from(full(name), value)
                        .httpOnly(true)
                        .secure(tls)
                        .sameSite("Lax")
                        .path("/")
                        .maxAge(age)
                        .build()
                        .toString());
    }

    private String full(String name) {
        return tls ? PREFIX + name : name;
    }
}
