// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.entry;

import io.millrace.gateway.GatewayProperties;
import io.millrace.gateway.grants.InternalTokens;
import io.millrace.gateway.limit.RateLimits;
import io.millrace.gateway.route.RouteTable;
import io.millrace.gateway.route.Target;
import io.millrace.gateway.signin.AccessTokens;
import io.millrace.gateway.signin.Principal;
import io.millrace.platform.access.Caller;
import io.millrace.platform.identity.InvalidTokenException;
import io.millrace.platform.problem.Problems;
import io.millrace.platform.problem.ServiceException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.util.matcher.IpAddressMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/// Lets a request in, or answers it with a problem: form, route, caller, limits, tenant, in this
/// order. Nothing behind it runs without an [Admission].
final class EntryFilter extends OncePerRequestFilter {
    private static final String METRICS = "/actuator/prometheus";

    private final GatewayProperties.Limits limits;
    private final RouteTable routes;
    private final AccessTokens tokens;
    private final InternalTokens internalTokens;
    private final RateLimits rateLimits;
    private final List<IpAddressMatcher> metricsFrom;

    /// @param metricsFrom networks that may read metrics, if no proxy stands between
    EntryFilter(
            GatewayProperties properties,
            List<String> metricsFrom,
            RouteTable routes,
            AccessTokens tokens,
            InternalTokens internalTokens,
            RateLimits rateLimits) {
        this.limits = properties.limits();
        this.routes = routes;
        this.tokens = tokens;
        this.internalTokens = internalTokens;
        this.rateLimits = rateLimits;
        this.metricsFrom = metricsFrom.stream().map(IpAddressMatcher::new).toList();
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            secure(response);
            if (!hasGoodForm(request, response)) {
                return;
            }
            admit(request, response).attach(request);
        } catch (ServiceException e) {
            Problems.write(e, request, response);
            return;
        } catch (DataAccessException _) {
            Problems.write(
                    new ServiceException.Unavailable("The database is away. Try again"),
                    request,
                    response);
            return;
        }
        chain.doFilter(new BoundedRequest(request, limits.body().toBytes()), response);
    }

    /// Headers that no answer goes without.
    private static void secure(HttpServletResponse response) {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    private boolean hasGoodForm(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var path = request.getRequestURI();
        var query = request.getQueryString();
        int length = path.length() + (query == null ? 0 : query.length() + 1);
        if (length > limits.uri()) {
            refuse(HttpStatus.URI_TOO_LONG, "uri-too-long", "Expected a shorter URI", response);
            return false;
        }
        if (headerBytes(request) > limits.headers().toBytes()) {
            refuse(
                    HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "headers-too-large",
                    "Expected smaller headers",
                    response);
            return false;
        }
        if (!Uris.isPlain(path) || (query != null && query.indexOf('\0') >= 0)) {
            throw new ServiceException.Malformed("Expected a plain path");
        }
        if (request.getContentLengthLong() > limits.body().toBytes()) {
            throw new ServiceException.TooLarge("Expected a body of at most " + limits.body());
        }
        return true;
    }

    /// A path that is too long, or a header, isn't repeated in the answer.
    private static void refuse(
            HttpStatus status, String type, String detail, HttpServletResponse response)
            throws IOException {
        Problems.write(Problems.of(status, type, detail, "/", List.of()), response);
    }

    private static long headerBytes(HttpServletRequest request) {
        long bytes = 0;
        for (var names = request.getHeaderNames(); names.hasMoreElements(); ) {
            var name = names.nextElement();
            for (var values = request.getHeaders(name); values.hasMoreElements(); ) {
                bytes += name.length() + values.nextElement().length() + 4L;
            }
        }
        return bytes;
    }

    private boolean isForMetrics(HttpServletRequest request) {
        return request.getRequestURI().equals(METRICS)
                && request.getHeader("X-Forwarded-For") == null
                && request.getHeader("Forwarded") == null
                && metricsFrom.stream().anyMatch(n -> n.matches(request));
    }

    private Admission admit(HttpServletRequest request, HttpServletResponse response) {
        if (isForMetrics(request)) {
            return new Admission(Target.GATEWAY, METRICS, null);
        }
        var match =
                routes.find(request.getRequestURI())
                        .orElseThrow(() ->
                                new ServiceException.NotFound(
                                        "Not Found: " + request.getRequestURI()));
        var target = match.route().target();
        if (match.route().open()) {
            var tenant = match.tenant();
            if (tenant == null) {
                rateLimits.takeAnonymous(request.getRemoteAddr());
            } else {
                rateLimits.takeWebhook(request.getRemoteAddr(), tenant);
            }
            var token = tenant == null ? null : internalTokens.anonymous(tenant).token();
            return new Admission(target, match.path(), token);
        }
        var tenant = match.tenant();
        if (tenant == null) {
            throw new IllegalStateException("Expected a tenant in " + match.route().pattern());
        }
        var principal = authenticate(request);
        rateLimits.take(principal.subject(), tenant, response);
        var issued =
                internalTokens
                        .issue(principal, tenant)
                        .orElseThrow(() ->
                                new ServiceException.NotFound(
                                        "Not Found: " + request.getRequestURI()));
        if (target == Target.GATEWAY) {
            remember(issued.caller());
        }
        return new Admission(target, match.path(), issued.token());
    }

    private Principal authenticate(HttpServletRequest request) {
        try {
            var token = bearer(request);
            if (token == null) {
                throw new InvalidTokenException("Expected a bearer token");
            }
            return tokens.verify(token);
        } catch (InvalidTokenException e) {
            rateLimits.takeAnonymous(request.getRemoteAddr());
            throw new ServiceException.Unauthenticated(e.detail());
        }
    }

    /// Exactly one, and nowhere but in the header (RFC 6750, 2.1).
    private static @Nullable String bearer(HttpServletRequest request)
            throws InvalidTokenException {
        var headers = request.getHeaders(HttpHeaders.AUTHORIZATION);
        if (!headers.hasMoreElements()) {
            return null;
        }
        var header = headers.nextElement();
        if (headers.hasMoreElements()) {
            throw new InvalidTokenException("Expected one Authorization header");
        }
        return header.toLowerCase(Locale.ROOT).startsWith("bearer ")
                ? header.substring("bearer ".length()).strip()
                : null;
    }

    private static void remember(Caller caller) {
        SecurityContextHolder.setContext(
                new SecurityContextImpl(
                        UsernamePasswordAuthenticationToken.authenticated(
                                caller, null, AuthorityUtils.NO_AUTHORITIES)));
    }
}
