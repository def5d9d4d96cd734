// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.swagger.v3.oas.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// How much there is.
@RestController
class SummaryController {
    private final FlowSearch search;

    SummaryController(FlowSearch search) {
        this.search = search;
    }

    /// @param namespace with those below it; absent: all
    record Request(@Nullable String namespace) {}

    @Operation(summary = "Count flows and their triggers, as far as the caller may see them")
    @PostMapping("/api/v1/{tenant}/stats/summary")
    FlowSearch.Count summary(@RequestBody(required = false) @Nullable Request request) {
        return search.count(request == null ? null : request.namespace());
    }
}
