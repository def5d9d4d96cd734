// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.model.yaml.Deprecations;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.Problem;
import io.millrace.platform.problem.Violation;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Says what is wrong with sources, and what of stored flows is out of date. Nothing is stored.
@RestController
@RequestMapping("/api/v1/{tenant}/flows")
class ValidationController {
    private final Flows flows;
    private final FlowSearch search;
    private final FlowParser parser;
    private final FlowProperties properties;

    ValidationController(
            Flows flows, FlowSearch search, FlowParser parser, FlowProperties properties) {
        this.flows = flows;
        this.search = search;
        this.parser = parser;
        this.properties = properties;
    }

    /// What validation says of one document.
    ///
    /// @param constraints all problems as one text, absent if there is none
    /// @param outdated whether the source names another revision than the one that comes next
    /// @param errors the problems, each with its place
    /// @param warnings what is accepted, but will fail when it is run
    /// @param infos older names of types
    /// @param deprecationPaths what has a newer spelling
    record Validation(
            int index,
            @Nullable String filename,
            @Nullable String flow,
            @Nullable String namespace,
            @Nullable Integer flowRevision,
            boolean outdated,
            @Nullable String constraints,
            List<Violation> errors,
            List<String> warnings,
            List<String> infos,
            List<String> deprecationPaths) {}

    /// What a single task or trigger stands for.
    enum Section {
        TASKS,
        TRIGGERS
    }

    @Operation(
            summary = "Say what is wrong with flows; nothing is stored",
            requestBody =
                    @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = "application/x-yaml",
                                            schema = @Schema(type = "string"))))
    @PostMapping("/validate")
    List<Validation> validate(InputStream body) throws IOException {
        var results = new ArrayList<Validation>();
        for (var source : Sources.split(Sources.read(body, properties.maxBulkBytes()))) {
            results.add(validation(results.size(), source));
        }
        return results;
    }

    private Validation validation(int index, String source) {
        var checked = flows.check(source);
        var problems = checked.problems();
        var deprecations = parser.deprecations(source);
        int stored = checked.storedRevision() == null ? 0 : checked.storedRevision();
        return new Validation(
                index,
                null,
                checked.id(),
                checked.namespace(),
                checked.storedRevision(),
                checked.revision() != null && checked.revision() != stored + 1,
                constraints(problems),
                violations(problems),
                checked.warnings().stream().map(Problem::toString).toList(),
                deprecations.renamed().stream()
                        .map(type -> type.from() + " is replaced by " + type.to())
                        .distinct()
                        .toList(),
                deprecations.paths());
    }

    @Operation(summary = "Say what is wrong with a task or trigger")
    @PostMapping("/validate/task")
    Validation validateTask(@RequestParam(defaultValue = "TASKS") Section section, InputStream body)
            throws IOException {
        var source = Sources.read(body, properties.maxSourceBytes());
        return part(
                switch (section) {
                    case TASKS -> parser.checkTask(source);
                    case TRIGGERS -> parser.checkTrigger(source);
                },
                source);
    }

    @Operation(summary = "Say what is wrong with a trigger")
    @PostMapping("/validate/trigger")
    Validation validateTrigger(InputStream body) throws IOException {
        var source = Sources.read(body, properties.maxSourceBytes());
        return part(parser.checkTrigger(source), source);
    }

    private Validation part(List<Problem> problems, String source) {
        var deprecations = parser.deprecations(source);
        return new Validation(
                0,
                null,
                null,
                null,
                null,
                false,
                constraints(problems),
                violations(problems),
                List.of(),
                List.of(),
                deprecations.paths());
    }

    private static @Nullable String constraints(List<Problem> problems) {
        return problems.isEmpty()
                ? null
                : problems.stream().map(Flows::text).collect(Collectors.joining("\n"));
    }

    private static List<Violation> violations(List<Problem> problems) {
        return problems.stream()
                .map(p -> Violation.at(p.path(), p.message(), p.line(), p.column()))
                .toList();
    }

    /// A flow with tasks whose types are deprecated.
    record WithDeprecatedTasks(
            String namespace, String flowId, int revision, List<DeprecatedTask> deprecatedTasks) {}

    /// @param replacement the type to use instead
    record DeprecatedTask(String taskId, String taskType, @Nullable String replacement) {}

    @Operation(summary = "List flows with tasks of deprecated types")
    @GetMapping("/deprecated")
    List<WithDeprecatedTasks> deprecated(
            @RequestParam(required = false) @Nullable String namespace) {
        var found = new ArrayList<WithDeprecatedTasks>();
        search.all(
                namespace,
                revision -> {
                    var tasks = parser.deprecations(revision.source()).tasks();
                    if (!tasks.isEmpty()) {
                        found.add(
                                new WithDeprecatedTasks(
                                        revision.flow().namespace(),
                                        revision.flow().id(),
                                        revision.revision(),
                                        tasks.stream().map(ValidationController::task).toList()));
                    }
                });
        return found;
    }

    private static DeprecatedTask task(Deprecations.Task task) {
        return new DeprecatedTask(task.id(), task.type(), task.replacement());
    }
}
