// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.model.Flow;
import io.millrace.model.graph.FlowLinks;
import io.millrace.model.yaml.FlowParser;
import io.millrace.model.yaml.ParsedFlow;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// What a revision says of other flows, as it is kept beside its source.
final class KeptLinks {
    private static final FlowParser STORED = FlowParser.trusting();
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final FlowLinks NOTHING = new FlowLinks(List.of(), List.of());

    /// Of a revision that says that the flow was deleted.
    static final String NONE = JSON.writeValueAsString(NOTHING);

    private KeptLinks() {}

    static String json(Flow flow) {
        return JSON.writeValueAsString(FlowLinks.of(flow));
    }

    static FlowLinks of(String json) {
        return JSON.readValue(json, FlowLinks.class);
    }

    /// Of a source that was stored without; nothing if it is no longer accepted.
    static FlowLinks read(@Nullable String source) {
        return source != null && STORED.parse(source) instanceof ParsedFlow.Valid valid
                ? FlowLinks.of(valid.flow())
                : NOTHING;
    }
}
