// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.cluster.Cluster;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Deletes objects with all that belongs to them. What isn't there is no failure.
@Plugin(type = "io.kestra.plugin.kubernetes.kubectl.Delete", title = "Delete objects of Kubernetes")
public final class Delete extends ClusterTask<Delete.Properties, Delete.Outputs> {

    public record Properties(
            @Inline Target target,
            @Title("Kind, plural or short name") String resourceType,
            @Title("Names") List<String> resourcesNames,
            @Title("API group; any if absent") @Nullable String apiGroup,
            @Title("API version; the preferred one if absent") @Nullable String apiVersion,
            @Title("How long to wait until they are gone; PT0S: not at all") @Default("PT0S")
                    Duration waitUntilDeleted)
            implements Target.At {}

    public record Outputs(@Title("How many were there") int count) {}

    @Override
    Outputs work(Cluster cluster, Properties properties, TaskContext context) throws Exception {
        if (properties.resourcesNames().isEmpty()) {
            throw new TaskFailedException("Expected names in `resourcesNames`");
        }
        var namespace = properties.target().namespaceOrDefault();
        var kind =
                cluster.kind(
                        properties.apiGroup(),
                        properties.apiVersion(),
                        properties.resourceType().strip());
        int count = 0;
        for (var name : properties.resourcesNames()) {
            if (cluster.delete(kind, namespace, name, null)) {
                count++;
                context.log().info("%s %s is deleted".formatted(kind.kind(), name));
            } else {
                context.log().info("There is no %s %s".formatted(kind.kind(), name));
            }
        }
        if (properties.waitUntilDeleted().isPositive()) {
            for (var name : properties.resourcesNames()) {
                cluster.api()
                        .await(
                                "deletion of " + name,
                                Duration.ofSeconds(1),
                                properties.waitUntilDeleted(),
                                () ->
                                        cluster.get(kind, namespace, name) == null
                                                ? Optional.of(true)
                                                : Optional.empty());
            }
        }
        return new Outputs(count);
    }
}
