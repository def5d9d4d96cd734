// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedFlow;
import io.swagger.v3.oas.annotations.Operation;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// How much there is.
@RestController
class SummaryController {
    private static final FlowParser STORED = FlowParser.trusting();

    private final FlowSearch search;

    SummaryController(FlowSearch search) {
        this.search = search;
    }

    /// @param namespace with those below it; absent: all
    record Request(@Nullable String namespace) {}

    /// @param flows that the caller may see
    /// @param triggers of these flows
    record Summary(int flows, int triggers) {}

    @Operation(summary = "Count flows and their triggers")
    @PostMapping("/api/v1/{tenant}/stats/summary")
    Summary summary(@RequestBody(required = false) @Nullable Request request) {
        var counted = new int[2];
        search.all(
                request == null ? null : request.namespace(),
                flow -> {
                    counted[0]++;
                    counted[1] += triggers(flow.source());
                });
        return new Summary(counted[0], counted[1]);
    }

    private static int triggers(String source) {
        return source.contains("triggers") && STORED.parse(source) instanceof ParsedFlow.Valid valid
                ? valid.flow().triggers().size()
                : 0;
    }
}
