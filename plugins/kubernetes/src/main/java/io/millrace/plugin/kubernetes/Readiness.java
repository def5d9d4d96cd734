// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.cluster.Cluster;
import io.millrace.plugin.kit.HttpApi;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whether an object does what it is for, as `kubectl rollout status` and `kubectl wait` see it.
final class Readiness {
    private Readiness() {}

    /// @throws TaskFailedException if it never will
    static boolean isReady(String kind, Map<String, @Nullable Object> object)
            throws TaskFailedException {
        boolean seen =
                number(object, "status", "observedGeneration")
                        >= number(object, "metadata", "generation");
        return switch (kind) {
            case "Deployment" -> {
                long wanted = wanted(object);
                yield seen
                        && number(object, "status", "updatedReplicas") >= wanted
                        && number(object, "status", "availableReplicas") >= wanted
                        && number(object, "status", "replicas") <= wanted;
            }
            case "StatefulSet", "ReplicaSet" -> {
                long wanted = wanted(object);
                yield seen && number(object, "status", "readyReplicas") >= wanted;
            }
            case "DaemonSet" ->
                    seen
                            && number(object, "status", "numberReady")
                                    >= number(object, "status", "desiredNumberScheduled");
            case "Job" -> {
                if (Cluster.holds(object, "Failed")) {
                    throw new TaskFailedException(
                            "Job %s failed".formatted(HttpApi.text(object, "metadata", "name")));
                }
                yield Cluster.holds(object, "Complete");
            }
            case "CustomResourceDefinition" -> Cluster.holds(object, "Established");
            default -> Cluster.holds(object, "Ready") || Cluster.holds(object, "Available");
        };
    }

    private static long wanted(Map<String, @Nullable Object> object) {
        return HttpApi.at(object, "spec", "replicas") instanceof Number n ? n.longValue() : 1;
    }

    private static long number(Map<String, @Nullable Object> object, String... path) {
        return HttpApi.at(object, path) instanceof Number n ? n.longValue() : 0;
    }
}
