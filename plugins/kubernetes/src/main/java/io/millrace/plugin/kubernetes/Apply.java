// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.cluster.Cluster;
import io.millrace.plugin.kit.HttpApi;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes objects what a manifest says, one after the other.
@Plugin(
        type = "io.kestra.plugin.kubernetes.kubectl.Apply",
        title = "Apply a manifest to Kubernetes")
public final class Apply extends ClusterTask<Apply.Properties, Apply.Outputs> {

    public record Properties(
            @Inline Target target,
            @Title("Objects in YAML, a map, or the URI of a file") Object spec,
            @Title("Whether fields that somebody else manages are taken over") @Default("true")
                    Boolean force,
            @Title("How long to wait until each is ready; PT0S: not at all") @Default("PT0S")
                    Duration waitUntilReady)
            implements Target.At {}

    public record Outputs(
            @Title("Metadata of the objects") List<Map<String, @Nullable Object>> metadata) {}

    @Override
    Outputs work(Cluster cluster, Properties properties, TaskContext context) throws Exception {
        var namespace = properties.target().namespaceOrDefault();
        var metadata = new ArrayList<Map<String, @Nullable Object>>();
        for (Map<String, @Nullable Object> object : manifest(properties.spec(), context)) {
            var applied = cluster.apply(object, namespace, properties.force());
            var name = String.valueOf(HttpApi.text(object, "metadata", "name"));
            context.log().info("%s %s is applied".formatted(object.get("kind"), name));
            metadata.add(Metadata.of(applied));
            if (properties.waitUntilReady().isPositive()) {
                var kind =
                        cluster.kind(
                                String.valueOf(object.get("apiVersion")),
                                String.valueOf(object.get("kind")));
                var own = HttpApi.text(object, "metadata", "namespace");
                awaitReady(
                        cluster,
                        kind,
                        own == null ? namespace : own,
                        name,
                        properties.waitUntilReady());
            }
        }
        return new Outputs(metadata);
    }
}
