// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.blueprints;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.LinkedHashMap;
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
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Blueprints over REST, in the shapes of Kestra's clients. Those know two addresses: the older
/// `custom` and the newer `flows`; behind both are the same blueprints.
@RestController
@RequestMapping("/api/v1/{tenant}/blueprints")
class BlueprintController {
    private final Blueprints blueprints;

    BlueprintController(Blueprints blueprints) {
        this.blueprints = blueprints;
    }

    /// @param kind `FLOW`, which is the one that there is
    record Asked(
            @Nullable String title,
            @Nullable String description,
            @Nullable List<String> tags,
            @Nullable String source,
            @Nullable String kind) {

        private Blueprints.Draft draft() {
            if (kind != null && !kind.equals("FLOW")) {
                throw new ServiceException.Invalid(
                        "kind", "Expected a blueprint of kind FLOW but got " + kind);
            }
            return new Blueprints.Draft(title, description, tags, source);
        }
    }

    record Template(String source, Map<String, Map<String, @Nullable Object>> templateArguments) {}

    /// @param source absent in lists
    /// @param flow the source, where older clients look for it
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record View(
            String id,
            String title,
            @Nullable String description,
            List<String> tags,
            List<String> includedTasks,
            @Nullable Instant publishedAt,
            String kind,
            boolean deleted,
            @Nullable String source,
            @Nullable String flow,
            @Nullable Template template) {

        static View of(Blueprint blueprint, boolean withSource, @Nullable Template template) {
            var source = withSource ? blueprint.source() : null;
            return new View(
                    blueprint.id(),
                    blueprint.title(),
                    blueprint.description(),
                    blueprint.tags(),
                    blueprint.types(),
                    blueprint.publishedAt(),
                    "FLOW",
                    false,
                    source,
                    source,
                    template);
        }
    }

    private View view(Blueprint blueprint, boolean withSource) {
        var template = blueprints.template(blueprint);
        return View.of(
                blueprint,
                withSource,
                template == null ? null : new Template(template.source(), template.written()));
    }

    @Operation(summary = "Create a blueprint")
    @PostMapping({"/flows", "/custom"})
    ResponseEntity<View> create(@RequestBody Asked asked) {
        return tagged(blueprints.create(asked.draft()));
    }

    private ResponseEntity<View> tagged(Blueprint blueprint) {
        return ResponseEntity.ok().eTag(blueprint.tag()).body(view(blueprint, true));
    }

    @Operation(summary = "Get a blueprint")
    @GetMapping({"/flows/{id}", "/flow/{id}", "/custom/{id}"})
    ResponseEntity<View> get(@PathVariable String id) {
        return tagged(blueprints.get(id));
    }

    @Operation(summary = "Get the source of a blueprint")
    @GetMapping(path = "/custom/{id}/source", produces = "application/yaml")
    String source(@PathVariable String id) {
        return blueprints.get(id).source();
    }

    @Operation(summary = "Change a blueprint")
    @PutMapping({"/flows/{id}", "/custom/{id}"})
    ResponseEntity<View> update(
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestBody Asked asked) {
        return tagged(blueprints.update(id, asked.draft(), ifMatch));
    }

    @Operation(summary = "Delete a blueprint; flows that were made from it stay")
    @DeleteMapping({"/flows/{id}", "/custom/{id}"})
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String id) {
        blueprints.delete(id);
    }

    /// @param tags all that the blueprints have
    /// @param cursor of the page before, in place of a page's number
    @Operation(summary = "Search for blueprints")
    @GetMapping("/custom")
    CursorResults<View> search(
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable List<String> tags,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        return blueprints
                .search(q, tags == null ? List.of() : tags, paging, cursor)
                .map(b -> view(b, false));
    }

    record Arguments(@Nullable Map<String, @Nullable Object> templateArgumentsInputs) {}

    record Generated(String generatedFlowSource) {}

    @Operation(summary = "Make the source of a flow from a blueprint; nothing is stored")
    @PostMapping("/flows/{id}/use-template")
    Generated use(@PathVariable String id, @RequestBody Arguments arguments) {
        var given = new LinkedHashMap<String, @Nullable Object>();
        if (arguments.templateArgumentsInputs() != null) {
            given.putAll(arguments.templateArgumentsInputs());
        }
        return new Generated(blueprints.generate(id, given));
    }
}
