// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.cluster.Cluster;
import io.millrace.plugin.cluster.Cluster.Kind;
import io.millrace.plugin.kit.HttpApi;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether an object does what it is for, as `kubectl rollout status` and `kubectl wait` see it.
final class Readiness {
    /// Phases of namespaces and volumes; or none.
    private static final Set<String> GOOD = Set.of("Active", "Available", "Bound", "null");

    private Readiness() {}

    /// @throws TaskFailedException if it never will
    static boolean isReady(Kind kind, Map<String, @Nullable Object> object)
            throws TaskFailedException {
        boolean seen =
                number(object, "status", "observedGeneration")
                        >= number(object, "metadata", "generation");
        return switch (kind.kind()) {
            case "Deployment" -> {
                long wanted = wanted(object);
                yield seen
                        && number(object, "status", "updatedReplicas") >= wanted
                        && number(object, "status", "availableReplicas") >= wanted
                        && number(object, "status", "replicas") <= wanted;
            }
            case "ReplicaSet" ->
                    seen && number(object, "status", "readyReplicas") >= wanted(object);
            case "StatefulSet" -> {
                long wanted = wanted(object);
                // pods below the partition stay as they are
                long kept = number(object, "spec", "updateStrategy", "rollingUpdate", "partition");
                yield seen
                        && number(object, "status", "readyReplicas") >= wanted
                        && (onDelete(object)
                                || number(object, "status", "updatedReplicas") >= wanted - kept);
            }
            case "DaemonSet" -> {
                long wanted = number(object, "status", "desiredNumberScheduled");
                yield seen
                        && number(object, "status", "numberReady") >= wanted
                        && (onDelete(object)
                                || number(object, "status", "updatedNumberScheduled") >= wanted);
            }
            case "Job" -> {
                if (Cluster.holds(object, "Failed")) {
                    throw new TaskFailedException(
                            "Job %s failed".formatted(HttpApi.text(object, "metadata", "name")));
                }
                yield Cluster.holds(object, "Complete");
            }
            case "CustomResourceDefinition" -> Cluster.holds(object, "Established");
            default ->
                    Cluster.holds(object, "Ready")
                            || Cluster.holds(object, "Available")
                            || hasNoState(kind, object);
        };
    }

    /// Its pods are renewed when somebody deletes them, not by themselves.
    private static boolean onDelete(Map<String, @Nullable Object> object) {
        return "OnDelete".equals(HttpApi.text(object, "spec", "updateStrategy", "type"));
    }

    /// Kubernetes' own kinds that never say how they are, such as ConfigMap and Service. What
    /// others have defined may say so later.
    private static boolean hasNoState(Kind kind, Map<String, @Nullable Object> object) {
        var group = kind.apiVersion().replaceFirst("/?[^/]+$", "");
        boolean own = !group.contains(".") || group.endsWith(".k8s.io");
        return own
                && !kind.kind().equals("Pod")
                && HttpApi.at(object, "status", "conditions") == null
                && GOOD.contains(String.valueOf(HttpApi.text(object, "status", "phase")));
    }

    private static long wanted(Map<String, @Nullable Object> object) {
        return HttpApi.at(object, "spec", "replicas") instanceof Number n ? n.longValue() : 1;
    }

    private static long number(Map<String, @Nullable Object> object, String... path) {
        return HttpApi.at(object, path) instanceof Number n ? n.longValue() : 0;
    }
}
