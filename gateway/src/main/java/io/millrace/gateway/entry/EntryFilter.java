// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.entry;

import io.millrace.gateway.GatewayProperties;
import io.millrace.gateway.accounts.ApiTokens;
import io.millrace.gateway.grants.Bindings;
import io.millrace.gateway.grants.InternalTokens;
import io.millrace.gateway.grants.Snapshot;
import io.millrace.gateway.limit.Places;
import io.millrace.gateway.limit.RateLimits;
import io.millrace.gateway.limit.StartGate;
import io.millrace.gateway.people.KnownUsers;
import io.millrace.gateway.people.Newcomers;
import io.millrace.gateway.route.RouteTable;
import io.millrace.gateway.route.Target;
import io.millrace.gateway.session.CsrfCheck;
import io.millrace.gateway.session.Sessions;
import io.millrace.gateway.signin.AccessTokens;
import io.millrace.gateway.signin.Principal;
import io.millrace.gateway.signin.Refusals;
import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.identity.InvalidTokenException;
import io.millrace.platform.problem.Problems;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.route.RouteCheck;
import io.millrace.platform.tenancy.TenantScope;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
    private static final Logger log = LoggerFactory.getLogger(EntryFilter.class);
    private static final String METRICS = "/actuator/prometheus";
    private static final List<String> PAGES = List.of("/ui", "/api/swagger-ui", "/dev-issuer");

    /// A page has scripts, pictures and answers of its own origin alone.
    private static final String PAGE_POLICY =
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline';"
                    + " img-src 'self' data:; font-src 'self' data:; worker-src 'self' blob:;"
                    + " object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

    /// An answer of the API is no page, whatever a browser takes it for.
    private static final String DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

    private static final String START = "POST /api/v1/{tenant}/executions/{namespace}/{flowId}";

    private final GatewayProperties.Limits limits;
    private final RouteTable routes;
    private final AccessTokens tokens;
    private final InternalTokens internalTokens;
    private final RateLimits rateLimits;
    private final Bindings bindings;
    private final ApiTokens apiTokens;
    private final Sessions sessions;
    private final KnownUsers users;
    private final Newcomers newcomers;
    private final Refusals refusals;
    private final Access access;
    private final StartGate gate;
    private final Places places;
    private final List<IpAddressMatcher> metricsFrom;
    private final boolean tls;

    /// @param metricsFrom networks that may read metrics, if no proxy stands between
    EntryFilter(
            GatewayProperties properties,
            List<String> metricsFrom,
            RouteTable routes,
            AccessTokens tokens,
            InternalTokens internalTokens,
            RateLimits rateLimits,
            Bindings bindings,
            ApiTokens apiTokens,
            Sessions sessions,
            KnownUsers users,
            Newcomers newcomers,
            Refusals refusals,
            Access access,
            StartGate gate,
            Places places) {
        this.limits = properties.limits();
        var publicUrl = properties.publicUrl();
        this.tls = publicUrl != null && "https".equals(publicUrl.getScheme());
        this.routes = routes;
        this.tokens = tokens;
        this.internalTokens = internalTokens;
        this.rateLimits = rateLimits;
        this.bindings = bindings;
        this.apiTokens = apiTokens;
        this.sessions = sessions;
        this.users = users;
        this.newcomers = newcomers;
        this.refusals = refusals;
        this.access = access;
        this.gate = gate;
        this.places = places;
        this.metricsFrom = metricsFrom.stream().map(IpAddressMatcher::new).toList();
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Admission admission;
        try {
            secure(request, response);
            if (!hasGoodForm(request, response)) {
                return;
            }
            // who somebody is, is known only after
            admission = TenantScope.across(() -> admit(request, response));
            admission.attach(request);
        } catch (ServiceException e) {
            Problems.write(e, request, response);
            return;
        } catch (DataAccessException e) {
            log.atWarn().addKeyValue("cause", String.valueOf(e.getMessage())).log("Not let in");
            Problems.write(
                    new ServiceException.Unavailable("The database is away. Try again"),
                    request,
                    response);
            return;
        }
        var bounded = new BoundedRequest(request, limits.body().toBytes(), limits.slowest());
        var tenant = admission.tenant();
        if (tenant == null) {
            chain.doFilter(bounded, response);
            return;
        }
        Places.Place place;
        try {
            place = places.take(tenant);
        } catch (ServiceException.TooMany e) {
            Problems.write(e, request, response);
            return;
        }
        try (place) {
            chain.doFilter(bounded, response);
        }
    }

    /// Headers that no answer goes without.
    private void secure(HttpServletRequest request, HttpServletResponse response) {
        var path = request.getRequestURI();
        boolean page = PAGES.stream().anyMatch(path::startsWith);
        response.setHeader("Content-Security-Policy", page ? PAGE_POLICY : DATA_POLICY);
        response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        if (tls || request.isSecure()) {
            response.setHeader("Strict-Transport-Security", "max-age=31536000");
        }
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
        if (!Uris.isPlain(path)) {
            throw new ServiceException.Malformed("Expected a plain path");
        }
        if (query != null && !Uris.isText(query)) {
            throw new ServiceException.Malformed("Expected a query in UTF-8, without U+0000");
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
            return new Admission(Target.GATEWAY, METRICS, null, null);
        }
        var path = request.getRequestURI();
        return switch (routes.find(request.getMethod(), path)) {
            case RouteTable.Found.Nothing _ ->
                    throw new ServiceException.NotFound("Not Found: " + path);
            case RouteTable.Found.OtherMethod(var allowed) -> {
                response.setHeader(HttpHeaders.ALLOW, String.join(", ", allowed));
                throw new ServiceException.MethodNotAllowed(
                        "Expected one of " + allowed + " at " + path);
            }
            case RouteTable.Found.Match match -> admit(match, request, response);
        };
    }

    private Admission admit(
            RouteTable.Found.Match match,
            HttpServletRequest request,
            HttpServletResponse response) {
        var target = match.route().target();
        var tenant = match.tenant();
        if (match.route().open()) {
            if (tenant == null) {
                rateLimits.takeAnonymous(request.getRemoteAddr());
            } else {
                rateLimits.takeWebhook(request.getRemoteAddr(), tenant);
            }
            var token =
                    tenant == null
                            ? null
                            : internalTokens
                                    .anonymous(tenant)
                                    .orElseThrow(() -> notFound(request))
                                    .token();
            return new Admission(target, match.path(), tenant, token);
        }
        var authenticated = authenticate(request, tenant);
        var principal = authenticated.principal();
        request.setAttribute(Principal.class.getName(), principal);
        rateLimits.take(
                principal.account() == null ? principal.subject() : principal.tokenId(),
                tenant == null ? "-" : tenant,
                response);
        if (tenant == null) {
            var operator = internalTokens.operator(principal).orElseThrow(() -> notFound(request));
            users.letIn(principal);
            remember(operator);
            return new Admission(target, match.path(), null, null);
        }
        var issued =
                internalTokens
                        .issue(principal, tenant, authenticated.snapshot())
                        .orElseThrow(() -> notFound(request));
        users.letIn(principal, tenant);
        remember(issued.caller());
        RouteCheck.check(access, match.route().rule(), match.variables(), request.getRequestURI());
        if (match.route().rule().key().equals(START)) {
            var start =
                    new StartGate.Start(tenant, match.path(), authenticated.snapshot().version());
            gate.pass(start);
            request.setAttribute(StartGate.Start.class.getName(), start);
        }
        return new Admission(target, match.path(), tenant, issued.token());
    }

    private static ServiceException notFound(HttpServletRequest request) {
        return new ServiceException.NotFound("Not Found: " + request.getRequestURI());
    }

    private record Authenticated(Principal principal, Snapshot snapshot) {}

    private Authenticated authenticate(HttpServletRequest request, @Nullable String tenant) {
        try {
            var header = authorization(request);
            var snapshot = bindings.current();
            var principal = header == null ? ofBrowser(request) : principal(header, snapshot);
            return new Authenticated(principal, newcomers.welcome(principal, snapshot));
        } catch (InvalidTokenException e) {
            rateLimits.takeAnonymous(request.getRemoteAddr());
            refusals.unauthenticated(
                    tenant == null || !bindings.current().tenants().contains(tenant) ? "-" : tenant,
                    request,
                    e.detail());
            throw new ServiceException.Unauthenticated(e.detail());
        }
    }

    /// The cookie counts where there is no token.
    private Principal ofBrowser(HttpServletRequest request) throws InvalidTokenException {
        var session =
                sessions.use(request)
                        .orElseThrow(() -> new InvalidTokenException("Expected a bearer token"));
        CsrfCheck.check(request, session);
        return session.principal();
    }

    private Principal principal(String header, Snapshot snapshot) throws InvalidTokenException {
        var token = after(header, "bearer ");
        if (token != null) {
            return ApiTokens.looksLikeOne(token)
                    ? apiTokens.verify(token, snapshot)
                    : tokens.verify(token);
        }
        var basic = apiTokens.takesBasic() ? after(header, "basic ") : null;
        if (basic == null) {
            throw new InvalidTokenException("Expected a bearer token");
        }
        return basic(basic, snapshot);
    }

    private Principal basic(String encoded, Snapshot snapshot) throws InvalidTokenException {
        try {
            var text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            if (colon > 0) {
                return apiTokens.verify(
                        text.substring(0, colon), text.substring(colon + 1), snapshot);
            }
        } catch (IllegalArgumentException _) {
            // not Base64: said below
        }
        throw new InvalidTokenException("Expected a service account's name and one of its tokens");
    }

    private static @Nullable String after(String header, String scheme) {
        return header.toLowerCase(Locale.ROOT).startsWith(scheme)
                ? header.substring(scheme.length()).strip()
                : null;
    }

    /// Exactly one, and nowhere but in the header (RFC 6750, 2.1).
    private static @Nullable String authorization(HttpServletRequest request)
            throws InvalidTokenException {
        var headers = request.getHeaders(HttpHeaders.AUTHORIZATION);
        if (!headers.hasMoreElements()) {
            return null;
        }
        var header = headers.nextElement();
        if (headers.hasMoreElements()) {
            throw new InvalidTokenException("Expected one Authorization header");
        }
        return header;
    }

    private static void remember(Caller caller) {
        SecurityContextHolder.setContext(
                new SecurityContextImpl(
                        UsernamePasswordAuthenticationToken.authenticated(
                                caller, null, AuthorityUtils.NO_AUTHORITIES)));
    }
}
