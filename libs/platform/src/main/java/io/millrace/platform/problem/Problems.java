// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.problem;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import tools.jackson.databind.json.JsonMapper;

/// Problem documents: RFC 9457, and in the same document the `message`, `_links` and `_embedded`
/// that clients of Kestra look for.
public final class Problems {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Problems() {}

    public static HttpStatus status(ServiceException e) {
        return switch (e) {
            case ServiceException.Malformed _ -> HttpStatus.BAD_REQUEST;
            case ServiceException.Unauthenticated _ -> HttpStatus.UNAUTHORIZED;
            case ServiceException.Forbidden _ -> HttpStatus.FORBIDDEN;
            case ServiceException.NotFound _ -> HttpStatus.NOT_FOUND;
            case ServiceException.MethodNotAllowed _ -> HttpStatus.METHOD_NOT_ALLOWED;
            case ServiceException.Conflict _ -> HttpStatus.CONFLICT;
            case ServiceException.Gone _ -> HttpStatus.GONE;
            case ServiceException.Outdated _ -> HttpStatus.PRECONDITION_FAILED;
            case ServiceException.TooLarge _ -> HttpStatus.CONTENT_TOO_LARGE;
            case ServiceException.Invalid _ -> HttpStatus.UNPROCESSABLE_CONTENT;
            case ServiceException.Refused _ -> HttpStatus.UNPROCESSABLE_CONTENT;
            case ServiceException.TooMany _ -> HttpStatus.TOO_MANY_REQUESTS;
            case ServiceException.Unavailable _ -> HttpStatus.SERVICE_UNAVAILABLE;
        };
    }

    /// The last part of the problem's type; `docs/problems.md` lists them.
    public static String type(ServiceException e) {
        return switch (e) {
            case ServiceException.Malformed _ -> "malformed";
            case ServiceException.Unauthenticated _ -> "unauthenticated";
            case ServiceException.Forbidden _ -> "forbidden";
            case ServiceException.NotFound _ -> "not-found";
            case ServiceException.MethodNotAllowed _ -> "method-not-allowed";
            case ServiceException.Conflict _ -> "conflict";
            case ServiceException.Gone _ -> "gone";
            case ServiceException.Outdated _ -> "outdated";
            case ServiceException.TooLarge _ -> "too-large";
            case ServiceException.Invalid _ -> "invalid";
            case ServiceException.Refused _ -> "refused";
            case ServiceException.TooMany _ -> "too-many";
            case ServiceException.Unavailable _ -> "unavailable";
        };
    }

    /// @param path of the request
    public static ProblemDetail of(ServiceException e, String path) {
        var violations =
                e instanceof ServiceException.Invalid invalid
                        ? invalid.violations()
                        : List.<Violation>of();
        return of(status(e), type(e), e.detail(), path, violations);
    }

    /// @param type last part of the problem's type
    /// @param path of the request
    public static ProblemDetail of(
            HttpStatusCode status,
            String type,
            String detail,
            String path,
            List<Violation> violations) {
        var problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create("/problems/" + type));
        var instance = uri(path);
        if (instance != null) {
            problem.setInstance(instance);
        }
        // problem.title is derived from the status
        problem.setProperty("message", detail);
        problem.setProperty("_links", Map.of("self", Map.of("href", path, "templated", false)));
        problem.setProperty("_embedded", Map.of("errors", embedded(detail, violations)));
        if (!violations.isEmpty()) {
            problem.setProperty("errors", violations.stream().map(Problems::entry).toList());
        }
        return problem;
    }

    private static @Nullable URI uri(String path) {
        try {
            return new URI(null, null, path, null);
        } catch (URISyntaxException _) {
            return null; // a path that is no path is not repeated
        }
    }

    private static List<Map<String, String>> embedded(String detail, List<Violation> violations) {
        if (violations.isEmpty()) {
            return List.of(Map.of("message", detail));
        }
        return violations.stream()
                .map(v ->
                        Map.of(
                                "message",
                                v.field() == null
                                                || v.field().isEmpty()
                                                || v.message().startsWith(v.field())
                                        ? v.message()
                                        : v.field() + ": " + v.message()))
                .toList();
    }

    private static Map<String, Object> entry(Violation violation) {
        var entry = new LinkedHashMap<String, Object>();
        if (violation.field() != null) {
            entry.put("field", violation.field());
        }
        entry.put("detail", violation.message());
        if (violation.line() != null) {
            entry.put("line", violation.line());
        }
        if (violation.column() != null) {
            entry.put("column", violation.column());
        }
        return entry;
    }

    /// Headers that go with a problem: `Retry-After` where trying again makes sense.
    public static HttpHeaders headers(ServiceException e) {
        var headers = new HttpHeaders();
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        switch (e) {
            case ServiceException.TooMany t -> {
                retryAfter(headers, t.retryAfter());
                rateLimit(headers, t);
            }
            case ServiceException.Unavailable u -> retryAfter(headers, u.retryAfter());
            case ServiceException.Unauthenticated _ ->
                    headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            case ServiceException.Malformed _,
                    ServiceException.Forbidden _,
                    ServiceException.NotFound _,
                    ServiceException.MethodNotAllowed _,
                    ServiceException.Conflict _,
                    ServiceException.Gone _,
                    ServiceException.Outdated _,
                    ServiceException.TooLarge _,
                    ServiceException.Invalid _,
                    ServiceException.Refused _ -> {}
        }
        return headers;
    }

    /// As in draft-ietf-httpapi-ratelimit-headers.
    private static void rateLimit(HttpHeaders headers, ServiceException.TooMany e) {
        if (e.quota() != null) {
            long seconds = Math.max(1, (e.retryAfter().toMillis() + 999) / 1000);
            headers.set("RateLimit-Policy", "\"" + e.quota() + "\";q=" + e.amount());
            headers.set("RateLimit", "\"" + e.quota() + "\";r=0;t=" + seconds);
        }
    }

    private static void retryAfter(HttpHeaders headers, Duration after) {
        long seconds = Math.max(1, (after.toMillis() + 999) / 1000);
        headers.set(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
    }

    /// Writes a problem from a filter, where no controller advice reaches.
    public static void write(
            ServiceException e, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (response.isCommitted()) {
            return;
        }
        headers(e).forEach((name, values) -> values.forEach(v -> response.setHeader(name, v)));
        write(of(e, request.getRequestURI()), response);
    }

    public static void write(ProblemDetail problem, HttpServletResponse response)
            throws IOException {
        if (response.isCommitted()) {
            return;
        }
        var body = JSON.writeValueAsBytes(document(problem));
        response.setStatus(problem.getStatus());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /// The members of a problem in their order.
    public static Map<String, @Nullable Object> document(ProblemDetail problem) {
        var document = new LinkedHashMap<String, @Nullable Object>();
        document.put("type", String.valueOf(problem.getType()));
        document.put("title", problem.getTitle());
        document.put("status", problem.getStatus());
        document.put("detail", problem.getDetail());
        if (problem.getInstance() != null) {
            document.put("instance", problem.getInstance().toString());
        }
        var more = problem.getProperties();
        if (more != null) {
            document.putAll(more);
        }
        return document;
    }
}
