// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.blueprints;

import io.millrace.model.graph.FlowGraph;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults;
import io.millrace.platform.web.Paging;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The flows that come with Millrace, where Kestra's clients look for its community's. There are
/// none of other kinds.
@RestController
@RequestMapping("/api/v1/{tenant}/blueprints/community/{kind}")
class CatalogueController {
    private final Catalogue catalogue;

    CatalogueController(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    private static boolean areFlows(String kind) {
        return switch (kind.toUpperCase(Locale.ROOT)) {
            case "FLOW" -> true;
            case "APP", "DASHBOARD" -> false;
            default ->
                    throw new ServiceException.Invalid(
                            "kind", "Expected FLOW, APP or DASHBOARD but got " + kind);
        };
    }

    private Blueprint require(String kind, String id) {
        if (!areFlows(kind)) {
            throw new ServiceException.NotFound("Not Found: blueprint " + id);
        }
        return catalogue.get(id);
    }

    /// @param cursor of the page before, in place of a page's number
    @Operation(summary = "Search the flows that come with Millrace")
    @GetMapping
    CursorResults<BlueprintController.View> search(
            @PathVariable String kind,
            @RequestParam(required = false) @Nullable String q,
            @RequestParam(required = false) @Nullable List<String> tags,
            Paging paging,
            @RequestParam(required = false) @Nullable String cursor) {
        var found =
                areFlows(kind)
                        ? catalogue.search(q, tags == null ? List.of() : tags)
                        : List.<Blueprint>of();
        return CursorResults.of(found, paging, cursor, Blueprints::placeOf)
                .map(b -> BlueprintController.View.of(b, false, null));
    }

    @Operation(summary = "Get a flow that comes with Millrace")
    @GetMapping("/{id}")
    BlueprintController.View get(@PathVariable String kind, @PathVariable String id) {
        return BlueprintController.View.of(require(kind, id), true, null);
    }

    @Operation(summary = "Get the source of a flow that comes with Millrace")
    @GetMapping(path = "/{id}/source", produces = "application/yaml")
    String source(@PathVariable String kind, @PathVariable String id) {
        return require(kind, id).source();
    }

    @Operation(summary = "Draw a flow that comes with Millrace")
    @GetMapping("/{id}/graph")
    FlowGraph graph(@PathVariable String kind, @PathVariable String id) {
        return catalogue.graph(require(kind, id).id());
    }
}
