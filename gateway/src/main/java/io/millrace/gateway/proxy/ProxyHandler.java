// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.proxy;

import io.millrace.gateway.entry.Admission;
import io.millrace.gateway.entry.BodyTooLargeException;
import io.millrace.gateway.entry.BodyTooSlowException;
import io.millrace.gateway.limit.StartGate;
import io.millrace.gateway.route.Target;
import io.millrace.gateway.session.Cookies;
import io.millrace.platform.access.QuotaUse;
import io.millrace.platform.problem.Problems;
import io.millrace.platform.problem.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.gateway.server.mvc.handler.ProxyExchange;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.client.RestClientException;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/// Passes a request on to its service. Bodies are streamed in both directions. Of what the caller
/// sent, no header gets through that says who he is or where he comes from: the service learns that
/// from the internal token and from what the gateway itself has seen.
final class ProxyHandler implements HandlerFunction<ServerResponse> {
    private static final Logger log = LoggerFactory.getLogger(ProxyHandler.class);
    private static final String TRACEPARENT = "traceparent";

    /// RFC 9110, 7.6.1, and what has to do with the connection else.
    private static final Set<String> HOP_BY_HOP =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "expect",
                    "host");

    /// What says who somebody is. Cookies are none of the services' business.
    private static final Set<String> IDENTITY =
            Set.of(
                    "authorization",
                    "cookie",
                    "forwarded",
                    "x-real-ip",
                    "x-client-ip",
                    "x-original-url",
                    "x-rewrite-url",
                    "x-http-method-override",
                    "x-http-method",
                    "x-method-override",
                    "x-tenant",
                    "x-user",
                    "x-remote-user");

    private static final List<String> IDENTITY_PREFIXES =
            List.of("x-forwarded-", "x-millrace-", "x-auth-", "x-internal-");

    /// What a webhook's caller signs with: it says who he is to the flow alone, which checks it.
    private static final String SIGNATURE = "x-millrace-signature";

    /// Headers of answers that the gateway has set itself.
    private static final Set<String> OWN =
            Set.of(
                    "x-content-type-options",
                    "x-frame-options",
                    "referrer-policy",
                    "cross-origin-opener-policy",
                    "cross-origin-resource-policy",
                    "content-security-policy",
                    "permissions-policy",
                    "strict-transport-security",
                    "server",
                    "date");

    private final StartGate gate;
    private final ProxyExchange exchange;
    private final Map<Target, URI> targets;

    ProxyHandler(ProxyExchange exchange, Map<Target, URI> targets, StartGate gate) {
        this.gate = gate;
        this.exchange = exchange;
        this.targets = Map.copyOf(targets);
    }

    @Override
    public ServerResponse handle(ServerRequest request) {
        var servlet = request.servletRequest();
        var admission = Admission.of(servlet);
        if (admission == null) {
            throw new IllegalStateException("Expected an admission");
        }
        var base = targets.get(admission.target());
        if (base == null) {
            return problem(
                    new ServiceException.NotFound("Not Found: " + servlet.getRequestURI()),
                    servlet);
        }
        try {
            return exchange.exchange(
                    exchange.request(request)
                            .uri(uri(base, admission.path(), servlet.getQueryString()))
                            .headers(requestHeaders(servlet, admission))
                            .responseConsumer((answer, response) ->
                                    passOn(answer.getHeaders(), response.headers(), servlet))
                            .build());
        } catch (IllegalArgumentException _) {
            return problem(new ServiceException.Malformed("Expected a well-formed query"), servlet);
        } catch (RestClientException | UncheckedIOException e) {
            return failure(e, admission, servlet);
        }
    }

    private static URI uri(URI base, String path, @Nullable String query) {
        return URI.create(base + path + (query == null ? "" : "?" + query));
    }

    private static HttpHeaders requestHeaders(HttpServletRequest request, Admission admission) {
        var headers = new HttpHeaders();
        boolean toIssuer = admission.target() == Target.DEV_ISSUER;
        for (var names = request.getHeaderNames(); names.hasMoreElements(); ) {
            var name = names.nextElement();
            var lower = name.toLowerCase(Locale.ROOT);
            if (HOP_BY_HOP.contains(lower)
                    || (lower.equals("content-length") && isChunked(request))
                    || (isAboutIdentity(lower) && !(toIssuer && isForIssuer(lower)))) {
                continue;
            }
            for (var values = request.getHeaders(name); values.hasMoreElements(); ) {
                var value = values.nextElement();
                headers.add(name, lower.equals("cookie") ? withoutOwnCookies(value) : value);
            }
        }
        headers.set("X-Forwarded-For", request.getRemoteAddr());
        headers.set("X-Forwarded-Proto", request.getScheme());
        var host = request.getHeader(HttpHeaders.HOST);
        if (host != null) {
            headers.set("X-Forwarded-Host", host);
        }
        if (request.getContentType() == null) {
            // the client that passes it on says one of its own
            headers.set("X-Forwarded-Content-Type", "none");
        }
        var token = admission.internalToken();
        if (token != null) {
            headers.setBearerAuth(token);
        }
        if (!headers.containsHeader(TRACEPARENT)) {
            headers.set(TRACEPARENT, newTrace());
        }
        return headers;
    }

    /// The cookie that signs a browser in here is no business of the issuer's.
    private static String withoutOwnCookies(String cookies) {
        return Arrays.stream(cookies.split(";"))
                .map(String::strip)
                .filter(cookie -> !Cookies.isOwn(cookie.replaceFirst("=.*", "")))
                .collect(Collectors.joining("; "));
    }

    private static boolean isChunked(HttpServletRequest request) {
        return request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    }

    private static boolean isAboutIdentity(String name) {
        return !name.equals(SIGNATURE)
                && (IDENTITY.contains(name)
                        || IDENTITY_PREFIXES.stream().anyMatch(name::startsWith));
    }

    /// People sign in there: it has sessions and client passwords of its own.
    private static boolean isForIssuer(String name) {
        return name.equals("authorization") || name.equals("cookie");
    }

    /// W3C trace context, not sampled: who wants spans sends one that is.
    private static String newTrace() {
        var random = new byte[24];
        ThreadLocalRandom.current().nextBytes(random);
        var hex = HexFormat.of();
        return "00-" + hex.formatHex(random, 0, 16) + "-" + hex.formatHex(random, 16, 24) + "-00";
    }

    private void passOn(HttpHeaders from, HttpHeaders to, HttpServletRequest request) {
        var closed = from.getFirst(QuotaUse.CLOSED);
        if (closed != null
                && request.getAttribute(StartGate.Start.class.getName())
                        instanceof StartGate.Start start) {
            gate.refused(start, closed);
        }
        from.forEach((name, values) -> {
            var lower = name.toLowerCase(Locale.ROOT);
            if (!HOP_BY_HOP.contains(lower)
                    && !OWN.contains(lower)
                    && !name.equalsIgnoreCase(QuotaUse.CLOSED)) {
                to.put(name, values);
            }
        });
    }

    private static ServerResponse failure(
            RuntimeException e, Admission admission, HttpServletRequest request) {
        var service = admission.target().service();
        if (hasCause(e, BodyTooLargeException.class)) {
            return problem(new ServiceException.TooLarge("Expected a smaller body"), request);
        }
        if (hasCause(e, BodyTooSlowException.class)) {
            return respond(
                    Problems.of(
                            HttpStatus.REQUEST_TIMEOUT,
                            "request-timeout",
                            "Expected the body to come faster",
                            request.getRequestURI(),
                            List.of()),
                    HttpHeaders.EMPTY,
                    false);
        }
        if (hasCause(e, ConnectException.class)) {
            return problem(
                    new ServiceException.Unavailable(
                            "The " + service + " service is away. Try again"),
                    request);
        }
        boolean late =
                hasCause(e, TimeoutException.class) || hasCause(e, SocketTimeoutException.class);
        log.atWarn()
                .addKeyValue("service", service)
                .addKeyValue("path", admission.path())
                .addKeyValue("cause", String.valueOf(e.getMessage()))
                .log(late ? "A service answers late" : "A service answered badly");
        var status = late ? HttpStatus.GATEWAY_TIMEOUT : HttpStatus.BAD_GATEWAY;
        var detail =
                late
                        ? "The " + service + " service did not answer in time"
                        : "The " + service + " service broke off";
        return respond(
                Problems.of(
                        status,
                        late ? "gateway-timeout" : "bad-gateway",
                        detail,
                        request.getRequestURI(),
                        List.of()),
                HttpHeaders.EMPTY,
                true);
    }

    private static boolean hasCause(Throwable e, Class<? extends Throwable> type) {
        for (@Nullable Throwable t = e; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return true;
            }
        }
        return false;
    }

    private static ServerResponse problem(ServiceException e, HttpServletRequest request) {
        return respond(Problems.of(e, request.getRequestURI()), Problems.headers(e), false);
    }

    private static ServerResponse respond(
            ProblemDetail problem, HttpHeaders headers, boolean retry) {
        return ServerResponse.status(problem.getStatus())
                .headers(h -> {
                    h.putAll(headers);
                    h.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
                    if (retry) {
                        h.set(HttpHeaders.RETRY_AFTER, "2");
                    }
                })
                .body(Problems.document(problem));
    }
}
