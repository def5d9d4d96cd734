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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Stores what containers have printed: those of a pod, or of all pods with some labels.
@Plugin(type = "io.millrace.plugin.kubernetes.Logs", title = "Read the logs of pods")
public final class Logs extends ClusterTask<Logs.Properties, Logs.Outputs> {

    public record Properties(
            @Inline Target target,
            @Title("Name of a pod") @Nullable String pod,
            @Title("Labels of the pods, in place of a name") @Nullable String labelSelector,
            @Title("Container, also an init container; all but those if absent")
                    @Nullable String container,
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
        List<Map<String, @Nullable Object>> pods = new ArrayList<>();
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
        for (Map<String, @Nullable Object> pod : pods) {
            var name = String.valueOf(HttpApi.text(pod, "metadata", "name"));
            for (var container : containers(pod, properties.container())) {
                stored.put(
                        name + "/" + container,
                        store(cluster, properties, kind.path(namespace, name), container, context));
            }
        }
        if (stored.isEmpty() && !pods.isEmpty()) {
            throw new TaskFailedException(
                    "There is no container %s in %s"
                            .formatted(
                                    properties.container(),
                                    HttpApi.text(pods.getFirst(), "metadata", "name")));
        }
        return new Outputs(stored, stored.size());
    }

    /// @param named absent: all that run with the pod, sidecars among them
    private static List<String> containers(
            Map<String, @Nullable Object> pod, @Nullable String named) {
        var found = new ArrayList<String>();
        for (var part : List.of("initContainers", "containers", "ephemeralContainers")) {
            for (var container : Cluster.objects(HttpApi.at(pod, "spec", part))) {
                var name = String.valueOf(container.get("name"));
                boolean before =
                        part.equals("initContainers")
                                && !"Always".equals(container.get("restartPolicy"));
                if (named == null ? !before : named.equals(name)) {
                    found.add(name);
                }
            }
        }
        return found;
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
