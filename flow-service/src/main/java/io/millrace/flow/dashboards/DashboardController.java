// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.dashboards;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.flow.flows.FlowProperties;
import io.millrace.flow.flows.Flows;
import io.millrace.flow.flows.Sources;
import io.millrace.model.yaml.Problem;
import io.millrace.platform.problem.Violation;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Dashboards over REST, in the shapes of Kestra's clients.
@RestController
@RequestMapping("/api/v1/{tenant}/dashboards")
class DashboardController {
    private final Dashboards dashboards;
    private final FlowProperties properties;

    DashboardController(Dashboards dashboards, FlowProperties properties) {
        this.dashboards = dashboards;
        this.properties = properties;
    }

    record TimeWindow(@JsonProperty("default") String initial, @JsonProperty("max") String most) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Chart(
            String id,
            String type,
            Map<String, @Nullable Object> chartOptions,
            @Nullable String content) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record View(
            String tenantId,
            String id,
            String title,
            @Nullable String description,
            TimeWindow timeWindow,
            List<Chart> charts,
            boolean deleted,
            Instant created,
            Instant updated,
            String sourceCode) {}

    private View view(StoredDashboard stored) {
        var dashboard = dashboards.read(stored.source());
        return new View(
                stored.tenant(),
                stored.id(),
                dashboard.title(),
                dashboard.description(),
                new TimeWindow(
                        dashboard.timeWindow().initial().toString(),
                        dashboard.timeWindow().most().toString()),
                dashboard.charts().stream()
                        .map(c -> new Chart(c.id(), c.type(), c.options(), c.content()))
                        .toList(),
                false,
                stored.created(),
                stored.updated(),
                stored.source());
    }

    private ResponseEntity<View> tagged(StoredDashboard stored) {
        return ResponseEntity.ok().eTag(Integer.toString(stored.version())).body(view(stored));
    }

    @Operation(
            summary = "Create a dashboard",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/x-yaml",
                                            schema = @Schema(type = "string"))))
    @PostMapping
    ResponseEntity<View> create(InputStream body) throws IOException {
        return tagged(dashboards.create(source(body)));
    }

    @Operation(summary = "Get a dashboard")
    @GetMapping("/{id}")
    ResponseEntity<View> get(@PathVariable String id) {
        return tagged(dashboards.get(id));
    }

    @Operation(
            summary = "Change a dashboard",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/x-yaml",
                                            schema = @Schema(type = "string"))))
    @PutMapping("/{id}")
    ResponseEntity<View> update(
            @PathVariable String id,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            InputStream body)
            throws IOException {
        return tagged(dashboards.update(id, source(body), ifMatch));
    }

    @Operation(summary = "Delete a dashboard")
    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String id) {
        dashboards.delete(id);
    }

    /// @param cursor of the page before, in place of a page's number
    @Operation(summary = "Search for dashboards")
    @GetMapping
    CursorResults<View> search(
            @RequestParam(defaultValue = "") String q,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        return dashboards.search(q, paging, cursor).map(this::view);
    }

    /// @param constraints all problems as one text, absent if there is none
    record Validation(
            int index,
            @Nullable String constraints,
            boolean outdated,
            List<Violation> errors,
            List<String> warnings,
            List<String> infos,
            List<String> deprecationPaths) {

        private static Validation of(List<Problem> problems) {
            return new Validation(
                    0,
                    problems.isEmpty()
                            ? null
                            : String.join("\n", problems.stream().map(Flows::text).toList()),
                    false,
                    problems.stream()
                            .map(p -> Violation.at(p.path(), p.message(), p.line(), p.column()))
                            .toList(),
                    List.of(),
                    List.of(),
                    List.of());
        }
    }

    @Operation(
            summary = "Say what is wrong with a dashboard; nothing is stored",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/x-yaml",
                                            schema = @Schema(type = "string"))))
    @PostMapping("/validate")
    Validation validate(InputStream body) throws IOException {
        return Validation.of(dashboards.check(source(body)));
    }

    @Operation(
            summary = "Say what is wrong with a chart; nothing is stored",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/x-yaml",
                                            schema = @Schema(type = "string"))))
    @PostMapping("/validate/chart")
    Validation validateChart(InputStream body) throws IOException {
        return Validation.of(dashboards.checkChart(source(body)));
    }

    private String source(InputStream body) throws IOException {
        return Sources.read(body, properties.maxSourceBytes());
    }
}
