// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.cluster;

import io.millrace.plugin.kit.HttpApi;
import java.util.HashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a pod's status says.
public final class PodState {
    private PodState() {}

    /// State of a container, or nothing.
    static @Nullable Object of(Map<String, @Nullable Object> pod, String container) {
        return state(pod, "containerStatuses", container);
    }

    static @Nullable Object ofInit(Map<String, @Nullable Object> pod, String container) {
        return state(pod, "initContainerStatuses", container);
    }

    private static @Nullable Object state(
            Map<String, @Nullable Object> pod, String statuses, String container) {
        return Cluster.objects(HttpApi.at(pod, "status", statuses)).stream()
                .filter(s -> container.equals(s.get("name")))
                .map(s -> s.get("state"))
                .findFirst()
                .orElse(null);
    }

    /// Whether a container has ended and isn't started again.
    static boolean isOver(Map<String, @Nullable Object> pod, String container) {
        var terminated = HttpApi.at(of(pod, container), "terminated");
        boolean again =
                "OnFailure".equals(HttpApi.text(pod, "spec", "restartPolicy"))
                        && !"0".equals(HttpApi.text(terminated, "exitCode"));
        return terminated != null && !again;
    }

    /// The init container that kept a pod from running, if one did. A sidecar, which is an init
    /// container that runs on, is ended with the pod: its exit code says nothing.
    public static @Nullable String failedInit(Map<String, @Nullable Object> pod) {
        if (!"Failed".equals(HttpApi.text(pod, "status", "phase"))) {
            return null;
        }
        var sidecars = new HashSet<@Nullable Object>();
        for (var init : Cluster.objects(HttpApi.at(pod, "spec", "initContainers"))) {
            if ("Always".equals(init.get("restartPolicy"))) {
                sidecars.add(init.get("name"));
            }
        }
        for (var status : Cluster.objects(HttpApi.at(pod, "status", "initContainerStatuses"))) {
            if (!sidecars.contains(status.get("name"))
                    && HttpApi.at(status, "state", "terminated", "exitCode") instanceof Number n
                    && n.intValue() != 0) {
                return String.valueOf(status.get("name"));
            }
        }
        return null;
    }

    /// Why a pod ended, if that wasn't by its containers: it was evicted, say, or its time was up,
    /// or an init container failed.
    static @Nullable String failure(Map<String, @Nullable Object> pod) {
        var name = HttpApi.text(pod, "metadata", "name");
        var reason = HttpApi.text(pod, "status", "reason");
        if ("Failed".equals(HttpApi.text(pod, "status", "phase")) && reason != null) {
            var message = HttpApi.text(pod, "status", "message");
            return "Pod %s failed: %s%s"
                    .formatted(name, reason, message == null ? "" : ": " + message);
        }
        var init = failedInit(pod);
        return init == null
                ? null
                : "Init container %s failed with exit code %s"
                        .formatted(init, HttpApi.text(ofInit(pod, init), "terminated", "exitCode"));
    }

    /// Why no node takes a pod, to follow on what is said of it; or nothing.
    static String unscheduled(Map<String, @Nullable Object> pod) {
        return Cluster.objects(HttpApi.at(pod, "status", "conditions")).stream()
                .filter(c ->
                        "PodScheduled".equals(c.get("type")) && "False".equals(c.get("status")))
                .map(c -> ": " + c.get("message"))
                .findFirst()
                .orElse("");
    }
}
