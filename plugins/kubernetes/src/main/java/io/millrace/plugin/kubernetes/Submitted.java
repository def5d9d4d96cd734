// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.cluster.Cluster;
import io.millrace.plugin.cluster.Cluster.Kind;
import io.millrace.plugin.cluster.PodLogs;
import io.millrace.plugin.cluster.PodState;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import io.millrace.plugin.kit.OutputLines;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An object that runs something to its end: it is made, its pods' logs are the task's, its failure
/// too, and a kill ends it.
abstract class Submitted<P extends Record & Submitted.Request>
        extends ClusterTask<P, Submitted.Outputs> {

    /// What tasks name.
    interface Request extends Target.At {
        Following following();
    }

    public record Outputs(
            @Title("Its name") String name,
            @Title("Its namespace") String namespace,
            @Title("Its state") String state,
            @Title("Its status as the cluster has it") Map<String, @Nullable Object> status,
            @Title("What its pods printed as `::{\"outputs\":{…}}::`")
                    Map<String, @Nullable Object> vars) {}

    /// @param pods label of its pods, with `%s` for its name
    /// @param containers whose logs are read; those of all if empty
    /// @param stop a merge patch that ends it; it is deleted if absent
    record Species(
            String apiVersion,
            String kind,
            String pods,
            Set<String> containers,
            @Nullable String stop) {}

    /// @param why it failed, if that is said
    record State(String name, boolean ended, boolean good, @Nullable String why) {}

    abstract Species species();

    abstract Map<String, @Nullable Object> object(P properties, TaskContext context)
            throws IOException, TaskFailedException;

    abstract State state(Map<String, @Nullable Object> object);

    @Override
    Outputs work(Cluster cluster, P properties, TaskContext context) throws Exception {
        var species = species();
        var following = properties.following();
        var object = object(properties, context);
        if (!species.kind().equals(object.getOrDefault("kind", species.kind()))) {
            throw new TaskFailedException(
                    "Expected a %s but got a %s".formatted(species.kind(), object.get("kind")));
        }
        object.putIfAbsent("apiVersion", species.apiVersion());
        object.putIfAbsent("kind", species.kind());
        var kind = cluster.kind(String.valueOf(object.get("apiVersion")), species.kind());
        var own = HttpApi.text(object, "metadata", "namespace");
        var namespace = own == null ? properties.target().namespaceOrDefault() : own;
        object.put("metadata", named(object, context));
        var made = cluster.change(Call.json("POST", kind.path(namespace), object));
        var name = String.valueOf(HttpApi.text(made, "metadata", "name"));
        context.log().info("%s %s is made".formatted(species.kind(), name));
        var lines = new OutputLines(context);
        if (!following.waits()) {
            return outputs(namespace, name, "Submitted", made, lines);
        }
        var path = kind.path(namespace, name);
        var stop =
                species.stop() == null
                        ? Call.of("DELETE", path + "?propagationPolicy=Background")
                        : new Call(
                                "PATCH",
                                path,
                                Map.of(),
                                "application/merge-patch+json",
                                species.stop());
        var seen = new HashSet<String>();
        try (var _ = cluster.api().onCancel(stop);
                var logs = new PodLogs(cluster, namespace, lines, context)) {
            var ended =
                    cluster.api()
                            .await(
                                    species.kind() + " " + name,
                                    following.interval(),
                                    following.maxDuration(),
                                    () -> {
                                        var now = cluster.look(kind, namespace, name);
                                        if (now == null) {
                                            throw new TaskFailedException(
                                                    "%s %s is gone: it was deleted"
                                                            .formatted(species.kind(), name));
                                        }
                                        if (following.logs()) {
                                            follow(cluster, namespace, name, logs, seen);
                                        }
                                        return state(now).ended()
                                                ? Optional.of(now)
                                                : Optional.empty();
                                    });
            logs.readToEnd();
            var state = state(ended);
            var outputs = outputs(namespace, name, state.name(), ended, lines);
            if (following.delete()) {
                cluster.delete(kind, namespace, name, null);
            }
            if (!state.good()) {
                var all = new LinkedHashMap<String, @Nullable Object>();
                all.put("name", name);
                all.put("namespace", namespace);
                all.put("state", state.name());
                all.put("status", outputs.status());
                all.put("vars", outputs.vars());
                throw new TaskFailedException(
                        "%s %s ended as %s%s"
                                .formatted(
                                        species.kind(),
                                        name,
                                        state.name(),
                                        state.why() == null ? "" : ": " + state.why()),
                        all);
            }
            return outputs;
        }
    }

    private static Outputs outputs(
            String namespace,
            String name,
            String state,
            Map<String, @Nullable Object> object,
            OutputLines lines) {
        return new Outputs(
                name, namespace, state, Cluster.object(object.get("status")), lines.outputs());
    }

    private static Map<String, @Nullable Object> named(
            Map<String, @Nullable Object> object, TaskContext context) {
        var metadata = Cluster.object(object.get("metadata"));
        if (metadata.get("name") == null) {
            var prefix = metadata.remove("generateName");
            metadata.put(
                    "name",
                    prefix == null
                            ? Cluster.name("", context.taskRun().taskId())
                            : prefix + UUID.randomUUID().toString().substring(0, 8));
        }
        return metadata;
    }

    /// Reads the logs of pods that have come since.
    private void follow(
            Cluster cluster, String namespace, String name, PodLogs logs, Set<String> seen)
            throws TaskFailedException, InterruptedException {
        var pods = new Kind("/api/v1", "v1", "Pod", "pods", true);
        var selector = HttpApi.segment(species().pods().formatted(name));
        try {
            cluster.lookAtEach(
                    pods,
                    namespace,
                    "labelSelector=" + selector,
                    pod -> {
                        var phase = HttpApi.text(pod, "status", "phase");
                        var podName = String.valueOf(HttpApi.text(pod, "metadata", "name"));
                        if (phase == null || phase.equals("Pending") || !seen.add(podName)) {
                            return true;
                        }
                        var refusing = PodState.failedInit(pod);
                        if (refusing != null) {
                            logs.read(podName, refusing);
                            return true;
                        }
                        for (var container :
                                Cluster.objects(HttpApi.at(pod, "spec", "containers"))) {
                            var named = String.valueOf(container.get("name"));
                            var wanted = species().containers();
                            if (wanted.isEmpty() || wanted.contains(named)) {
                                logs.read(podName, named);
                            }
                        }
                        return true;
                    });
        } catch (IOException e) {
            throw new TaskFailedException("Expected pods but " + e.getMessage(), e);
        }
    }

    static @Nullable String conditionMessage(Map<String, @Nullable Object> object, String type) {
        return Cluster.objects(HttpApi.at(object, "status", "conditions")).stream()
                .filter(c -> type.equals(c.get("type")))
                .map(c -> String.valueOf(c.get("message")))
                .findFirst()
                .orElse(null);
    }
}
