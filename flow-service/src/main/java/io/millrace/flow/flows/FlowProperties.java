// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import io.millrace.model.Flow.PluginDefault;
import io.millrace.model.yaml.ParserLimits;
import jakarta.validation.constraints.Positive;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// What flows are accepted.
///
/// @param maxSourceBytes of one flow
/// @param maxBulkBytes of all flows of one request
/// @param pluginDefaults for the flows of all tenants, after those of the flow itself
@Validated
@ConfigurationProperties("millrace.flows")
public record FlowProperties(
        @DefaultValue("1048576") @Positive int maxSourceBytes,
        @DefaultValue("16777216") @Positive int maxBulkBytes,
        @DefaultValue("100") @Positive int maxDepth,
        @DefaultValue("200000") @Positive int maxNodes,
        @DefaultValue("100") @Positive int maxAliases,
        @DefaultValue("5000") @Positive int maxTasks,
        @DefaultValue List<Default> pluginDefaults) {

    public FlowProperties {
        pluginDefaults = List.copyOf(pluginDefaults);
    }

    public record Default(
            String type,
            @DefaultValue("false") boolean forced,
            @DefaultValue Map<String, Object> values) {}

    /// How much of a source is read.
    public ParserLimits parserLimits() {
        return new ParserLimits(maxSourceBytes, maxDepth, maxNodes, maxAliases, maxTasks);
    }

    /// The defaults of the installation.
    public List<PluginDefault> defaults() {
        return pluginDefaults.stream()
                .map(d -> new PluginDefault(d.type(), d.forced(), d.values()))
                .toList();
    }
}
