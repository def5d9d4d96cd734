// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.cluster.Cluster;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.NewFile;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Stores what containers have printed: those of a pod, or of all pods with some labels.
@Plugin(type = "io.millrace.plugin.kubernetes.Logs", title = "Read the logs of pods")
public final class Logs extends ClusterTask<Logs.Properties, Logs.Outputs> {

    public record Properties(
            @Inline Target target,
            @Title("Name of a pod") @Nullable String pod,
            @Title("Labels of the pods, in place of a name") @Nullable String labelSelector,
            @Title("Container; all of them if absent") @Nullable String container,
            @Title("Only what is younger than this") @Nullable Duration since,
            @Title("Only the last lines of each container") @Nullable Integer tail,
            @Title("Of the container before the last restart") @Default("false") Boolean previous)
            implements Target.At {}

    public record Outputs(
            @Title("Stored files by pod and container: pod/container") Map<String, URI> logs,
            @Title("How many") int count) {}

    @Override
    Outputs work(Cluster cluster, Properties properties, TaskContext context) throws Exception {
        if ((properties.pod() == null) == (properties.labelSelector() == null)) {
            throw new TaskFailedException("Expected either pod or labelSelector");
        }
        var namespace = properties.target().namespaceOrDefault();
        var kind = cluster.kind("v1", "pods");
        var pods = new ArrayList<Map<String, @Nullable Object>>();
        if (properties.pod() != null) {
            var pod = cluster.get(kind, namespace, properties.pod());
            if (pod == null) {
                throw new TaskFailedException(
                        "There is no pod %s in %s".formatted(properties.pod(), namespace));
            }
            pods.add(pod);
        } else {
            cluster.each(
                    kind,
                    namespace,
                    "labelSelector=" + HttpApi.segment(properties.labelSelector()),
                    pods::add);
        }
        var stored = new LinkedHashMap<String, URI>();
        for (var pod : pods) {
            var name = String.valueOf(HttpApi.text(pod, "metadata", "name"));
            for (var container : Cluster.objects(HttpApi.at(pod, "spec", "containers"))) {
                var named = String.valueOf(container.get("name"));
                if (properties.container() == null || properties.container().equals(named)) {
                    stored.put(
                            name + "/" + named,
                            store(cluster, properties, kind.path(namespace, name), named, context));
                }
            }
        }
        return new Outputs(stored, stored.size());
    }

    private static URI store(
            Cluster cluster,
            Properties properties,
            String pod,
            String container,
            TaskContext context)
            throws Exception {
        var query = new LinkedHashMap<String, Object>();
        query.put("container", container);
        if (properties.since() != null) {
            query.put("sinceSeconds", Math.max(1, properties.since().toSeconds()));
        }
        if (properties.tail() != null) {
            query.put("tailLines", properties.tail());
        }
        if (properties.previous()) {
            query.put("previous", true);
        }
        try (var file = NewFile.create(context)) {
            var refused =
                    cluster.follow(
                            pod + "/log?" + HttpApi.encoded(query),
                            content -> content.transferTo(file.stream()));
            if (refused != null) {
                refused.orFail();
            }
            return file.store(".log");
        }
    }
}
