// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.millrace.platform.http.InternalClients;
import io.millrace.platform.problem.ServiceException;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springdoc.webmvc.api.OpenApiWebMvcResource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClientException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The merged OpenAPI 3.1 description of all services.
@Hidden
@RestController
class OpenApiController {
    private static final Logger log = LoggerFactory.getLogger(OpenApiController.class);
    private static final List<String> SERVICES =
            List.of("flow", "execution", "scheduler", "secrets");
    private static final Duration KEEP = Duration.ofMinutes(10);
    private static final Duration KEEP_INCOMPLETE = Duration.ofSeconds(5);

    private final InternalClients clients;
    private final OpenApiWebMvcResource own;
    private final JsonMapper json;
    private final Clock clock;
    private volatile @Nullable Merged last;

    private record Merged(byte[] document, Instant until) {}

    OpenApiController(
            InternalClients clients, OpenApiWebMvcResource own, JsonMapper json, Clock clock) {
        this.clients = clients;
        this.own = own;
        this.json = json;
        this.clock = clock;
    }

    @GetMapping("/api/openapi.json")
    ResponseEntity<byte[]> openApi(HttpServletRequest request) throws JsonProcessingException {
        var current = last;
        if (current == null || clock.instant().isAfter(current.until())) {
            current = merge(request);
            last = current;
        }
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .cacheControl(CacheControl.maxAge(Duration.ofMinutes(1)))
                .body(current.document());
    }

    private synchronized Merged merge(HttpServletRequest request) throws JsonProcessingException {
        var documents = new LinkedHashMap<String, JsonNode>();
        for (var service : SERVICES) {
            try {
                var document =
                        clients.client(service)
                                .get()
                                .uri("/v3/api-docs")
                                .retrieve()
                                .body(byte[].class);
                if (document != null) {
                    documents.put(service, json.readTree(document));
                }
            } catch (ServiceException.Unavailable | RestClientException e) {
                log.atWarn()
                        .addKeyValue("service", service)
                        .addKeyValue("cause", String.valueOf(e.getMessage()))
                        .log("No API description");
            }
        }
        boolean complete = documents.size() == SERVICES.size();
        documents.put(
                "gateway", json.readTree(own.openapiJson(request, "/api/docs", Locale.ENGLISH)));
        var keep = complete ? KEEP : KEEP_INCOMPLETE;
        var merged = new OpenApiMerge(json).merge(documents);
        return new Merged(json.writeValueAsBytes(merged), clock.instant().plus(keep));
    }
}
