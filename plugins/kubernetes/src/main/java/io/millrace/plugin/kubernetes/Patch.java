// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.cluster.Cluster;
import io.millrace.plugin.kit.HttpApi.Call;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.databind.json.JsonMapper;

/// Changes a part of an object.
@Plugin(type = "io.kestra.plugin.kubernetes.kubectl.Patch", title = "Patch an object of Kubernetes")
public final class Patch extends ClusterTask<Patch.Properties, Patch.Outputs> {

    /// What a patch means.
    public enum Strategy {
        STRATEGIC_MERGE("application/strategic-merge-patch+json"),
        JSON_MERGE("application/merge-patch+json"),
        JSON_PATCH("application/json-patch+json");

        private final String contentType;

        Strategy(String contentType) {
            this.contentType = contentType;
        }
    }

    public record Properties(
            @Inline Target target,
            @Title("Kind, plural or short name") String resourceType,
            @Title("Name") String resourceName,
            @Title("The patch in JSON or YAML") Object patch,
            @Title("STRATEGIC_MERGE, JSON_MERGE (RFC 7386) or JSON_PATCH (RFC 6902)")
                    @Default("STRATEGIC_MERGE")
                    Strategy patchStrategy,
            @Title("API group; any if absent") @Nullable String apiGroup,
            @Title("API version; the preferred one if absent") @Nullable String apiVersion,
            @Title("How long to wait until it is ready") @Default("PT0S") Duration waitUntilReady)
            implements Target.At {}

    public record Outputs(
            @Title("Its metadata") Map<String, @Nullable Object> metadata,
            @Title("Its status") Map<String, @Nullable Object> status) {}

    @Override
    Outputs work(Cluster cluster, Properties properties, TaskContext context) throws Exception {
        var namespace = properties.target().namespaceOrDefault();
        var kind =
                cluster.kind(
                        properties.apiGroup(),
                        properties.apiVersion(),
                        properties.resourceType().strip());
        var path = kind.path(namespace, properties.resourceName());
        var patched =
                cluster.change(
                        new Call(
                                "PATCH",
                                path,
                                Map.of(),
                                properties.patchStrategy().contentType,
                                json(properties.patch())));
        if (properties.waitUntilReady().isPositive()) {
            awaitReady(
                    cluster,
                    kind,
                    namespace,
                    properties.resourceName(),
                    properties.waitUntilReady());
        }
        return new Outputs(Metadata.of(patched), Cluster.object(patched.get("status")));
    }

    private static String json(Object patch) throws TaskFailedException {
        try {
            var value =
                    patch instanceof String text
                            ? new Load(LoadSettings.builder().build()).loadFromString(text)
                            : patch;
            return JsonMapper.shared().writeValueAsString(value);
        } catch (YamlEngineException e) {
            throw new TaskFailedException("Expected `patch` in JSON or YAML", e);
        }
    }
}
