// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.session;

import io.millrace.platform.problem.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;

/// A browser adds its cookie to what another site makes it send; it doesn't add a header that only
/// our own pages know. Browsers that say where a request comes from are believed, too.
public final class CsrfCheck {
    static final String HEADER = "X-CSRF-Token";
    private static final Set<String> SAFE = Set.of("GET", "HEAD");
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

    private CsrfCheck() {}

    /// @throws ServiceException.Forbidden if the request could be forged
    public static void check(HttpServletRequest request, Sessions.Session session) {
        var site = request.getHeader("Sec-Fetch-Site");
        if (SAFE.contains(request.getMethod())) {
            return;
        }
        var given = request.getHeader(HEADER);
        if (given == null
                || (site != null && !OWN_SITE.contains(site))
                || !MessageDigest.isEqual(
                        given.getBytes(StandardCharsets.UTF_8),
                        session.csrfToken().getBytes(StandardCharsets.UTF_8))) {
            throw new ServiceException.Forbidden(
                    "Expected the header X-CSRF-Token, as GET /ui/session says it");
        }
    }
}
