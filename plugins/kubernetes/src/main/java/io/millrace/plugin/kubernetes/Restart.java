// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.cluster.Cluster;
import io.millrace.plugin.kit.HttpApi.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Restarts workloads pod by pod, as `kubectl rollout restart` does.
@Plugin(
        type = "io.kestra.plugin.kubernetes.kubectl.Restart",
        title = "Restart workloads of Kubernetes")
public final class Restart extends ClusterTask<Restart.Properties, NoOutputs> {

    public record Properties(
            @Inline Target target,
            @Title("Deployment, StatefulSet or DaemonSet") String resourceType,
            @Title("Names") List<String> resourcesNames,
            @Title("How long to wait until each is ready; PT0S: not at all") @Default("PT0S")
                    Duration waitUntilReady)
            implements Target.At {}

    @Override
    NoOutputs work(Cluster cluster, Properties properties, TaskContext context) throws Exception {
        var namespace = properties.target().namespaceOrDefault();
        var kind = cluster.kind("apps/v1", properties.resourceType().strip());
        var annotations = Map.of("kubectl.kubernetes.io/restartedAt", Instant.now().toString());
        var patch =
                JsonMapper.shared()
                        .writeValueAsString(
                                Map.of(
                                        "spec",
                                        Map.of(
                                                "template",
                                                Map.of(
                                                        "metadata",
                                                        Map.of("annotations", annotations)))));
        for (var name : properties.resourcesNames()) {
            cluster.change(
                    new Call(
                            "PATCH",
                            kind.path(namespace, name),
                            Map.of(),
                            "application/strategic-merge-patch+json",
                            patch));
            context.log().info("%s %s is restarted".formatted(kind.kind(), name));
        }
        if (properties.waitUntilReady().isPositive()) {
            for (var name : properties.resourcesNames()) {
                awaitReady(cluster, kind, namespace, name, properties.waitUntilReady());
            }
        }
        return new NoOutputs();
    }
}
