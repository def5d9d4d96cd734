// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.webhook;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.platform.access.Caller;
import io.millrace.platform.problem.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/// Webhooks. Whoever knows the key may call; nobody is signed in here.
@RestController
class WebhookController {
    /// What says who calls, or was put there on the way.
    private static final Set<String> KEPT_BACK =
            Set.of("authorization", "proxy-authorization", "cookie", "x-forwarded-content-type");

    /// `none` where the gateway has put a type in place of none.
    private static final String TYPE_OF_CALLER = "X-Forwarded-Content-Type";

    private static final String HOST_OF_CALLER = "X-Forwarded-Host";

    private static final String COUNTED = "millrace.webhook";

    private final Webhooks webhooks;
    private final WebhookProperties properties;
    private final MeterRegistry meters;
    private final JsonMapper json;

    WebhookController(
            Webhooks webhooks,
            WebhookProperties properties,
            MeterRegistry meters,
            JsonMapper json) {
        this.webhooks = webhooks;
        this.properties = properties;
        this.meters = meters;
        this.json = json;
    }

    /// Starts an execution of the flow whose trigger has this key. Answers 204 if its conditions
    /// don't hold.
    @RequestMapping(
            path = {
                "/api/v1/{tenant}/executions/webhook/{namespace}/{flowId}/{key}",
                "/api/v1/{tenant}/executions/webhook/{namespace}/{flowId}/{key}/{*path}"
            },
            method = {RequestMethod.GET, RequestMethod.POST, RequestMethod.PUT})
    ResponseEntity<byte[]> call(
            @PathVariable String tenant,
            @PathVariable String namespace,
            @PathVariable String flowId,
            @PathVariable String key,
            @PathVariable(required = false) @Nullable String path,
            HttpServletRequest request)
            throws IOException {
        try {
            var answer =
                    webhooks.call(
                            new WebhookCall(
                                    // for whom the gateway let the call in
                                    Caller.current().tenant(),
                                    namespace,
                                    flowId,
                                    key,
                                    path == null || path.length() < 2 ? null : path.substring(1),
                                    body(request),
                                    headers(request),
                                    parameters(request.getQueryString())));
            count(answer.isPresent() ? "started" : "unmet");
            return answer.map(this::respond).orElseGet(() -> ResponseEntity.noContent().build());
        } catch (ServiceException e) {
            count("refused");
            throw e;
        }
    }

    private ResponseEntity<byte[]> respond(Webhooks.Answer answer) {
        var body =
                answer.body() instanceof String text
                        ? text.getBytes(StandardCharsets.UTF_8)
                        : json.writeValueAsBytes(answer.body());
        return ResponseEntity.status(answer.status())
                .contentType(
                        answer.contentType() == null
                                ? MediaType.APPLICATION_JSON
                                : MediaType.parseMediaType(answer.contentType()))
                .body(body);
    }

    private void count(String outcome) {
        meters.counter(COUNTED, "outcome", outcome).increment();
    }

    private byte[] body(HttpServletRequest request) throws IOException {
        int most = Math.toIntExact(properties.maxBody().toBytes());
        if (request.getContentLengthLong() > most) {
            throw tooLarge();
        }
        var body = request.getInputStream().readNBytes(most + 1);
        if (body.length > most) {
            throw tooLarge();
        }
        return body;
    }

    private ServiceException tooLarge() {
        return new ServiceException.TooLarge(
                "Expected a body of at most " + properties.maxBody().toBytes() + " bytes");
    }

    private Map<String, List<String>> headers(HttpServletRequest request) {
        var headers = new LinkedHashMap<String, List<String>>();
        boolean untyped = "none".equals(request.getHeader(TYPE_OF_CALLER));
        for (var name : Collections.list(request.getHeaderNames())) {
            var lower = name.toLowerCase(Locale.ROOT);
            if (!KEPT_BACK.contains(lower)
                    && !(untyped && lower.equals("content-type"))
                    && headers.size() < properties.maxHeaders()) {
                headers.put(name, Collections.list(request.getHeaders(asSent(request, name))));
            }
        }
        return headers;
    }

    /// The gateway calls this service by another name than it was called itself.
    private static String asSent(HttpServletRequest request, String name) {
        return name.equalsIgnoreCase("host") && request.getHeader(HOST_OF_CALLER) != null
                ? HOST_OF_CALLER
                : name;
    }

    private Map<String, List<String>> parameters(@Nullable String query) {
        var parameters = new LinkedHashMap<String, List<String>>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (var pair : query.split("&")) {
            int equals = pair.indexOf('=');
            var name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            if (parameters.containsKey(name) || parameters.size() < properties.maxHeaders()) {
                parameters
                        .computeIfAbsent(name, _ -> new ArrayList<>())
                        .add(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return text;
        }
    }
}
