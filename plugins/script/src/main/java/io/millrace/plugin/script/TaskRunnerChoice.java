// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Title;
import io.millrace.plugin.cluster.ClusterConnection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which task runner, and how it runs things.
public record TaskRunnerChoice(
        @Title(
                        "io.kestra.plugin.core.runner.Process, io.kestra.plugin.scripts.runner.docker.Docker, io.millrace.plugin.runner.Podman or io.kestra.plugin.ee.kubernetes.runner.Kubernetes")
                String type,
        @Title("Docker, Podman: tcp://host:2375; else where the worker says") @Nullable String host,
        @Title("Docker: config.json with credentials; Kubernetes: the cluster")
                @Nullable Object config,
        @Title("Kubernetes: the cluster") @Nullable ClusterConnection connection,
        @Title("Docker, Podman: registry, username and password for the image")
                @Nullable Map<String, String> credentials,
        @Title("Docker, Podman: as whom") @Nullable String user,
        @Title("Docker, Podman: in place of the image's") @Nullable List<String> entryPoint,
        @Title("Docker, Podman: host:address") @Nullable List<String> extraHosts,
        @Title("Docker, Podman: such as host or none") @Nullable String networkMode,
        @Title("Docker, Podman: host:container, if the worker lets flows")
                @Nullable List<String> volumes,
        @Title("ALWAYS, IF_NOT_PRESENT or NEVER") @Nullable String pullPolicy,
        @Title("Docker, Podman: cpus") @Nullable Cpu cpu,
        @Title("Docker, Podman: memory and memorySwap, such as 512MB") @Nullable Memory memory,
        @Title("Docker, Podman: devices such as GPUs, if the worker lets flows")
                @Nullable List<DeviceRequest> deviceRequests,
        @Title(
                        "Docker, Podman: whether the container has all the rights of the machine, if the worker lets flows")
                @Nullable Boolean privileged,
        @Title("Docker, Podman: size of /dev/shm, such as 128MB") @Nullable String shmSize,
        @Title("Whether the container or pod is removed in the end") @Nullable Boolean delete,
        @Title("Without effect: files are always copied in and out")
                @Nullable String fileHandlingStrategy,
        @Title("Kubernetes: namespace of the pod") @Nullable String namespace,
        @Title("Kubernetes: requests and limits") @Nullable Map<String, @Nullable Object> resources,
        @Title("Kubernetes: labels of the pod") @Nullable Map<String, String> labels,
        @Title("Kubernetes: which nodes") @Nullable Map<String, String> nodeSelector,
        @Title("Kubernetes: service account of the pod") @Nullable String serviceAccountName,
        @Title("Kubernetes: what the pod's spec has beside")
                @Nullable Map<String, @Nullable Object> podSpec,
        @Title("Kubernetes: what the container has beside")
                @Nullable Map<String, @Nullable Object> containerSpec,
        @Title("Kubernetes: image that brings files in and out") @Nullable FileSidecar fileSidecar,
        @Title("Kubernetes: how long the pod may take to run")
                @Nullable Duration waitUntilRunning) {
    static final String PROCESS = "io.kestra.plugin.core.runner.Process";

    /// @param cpus how many
    public record Cpu(@Title("How many, such as 1.5") @Nullable Double cpus) {}

    /// @param memory such as 512MB
    public record Memory(
            @Title("Most memory, such as 512MB") @Nullable String memory,
            @Title("Most memory and swap together") @Nullable String memorySwap,
            @Title("Memory that it is pressed to when the machine is short of it")
                    @Nullable String memoryReservation,
            @Title("How readily it is swapped, from 0 to 100") @Nullable Integer memorySwappiness,
            @Title("Whether it isn't ended when memory is short")
                    @Nullable Boolean oomKillDisable) {}

    /// Devices of the machine, as a driver has them.
    public record DeviceRequest(
            @Title("Driver, such as nvidia") @Nullable String driver,
            @Title("How many; -1 for all") @Nullable Integer count,
            @Title("Which ones, in place of `count`") @Nullable List<String> deviceIds,
            @Title("What they have to be able to, such as [[gpu]]")
                    @Nullable List<List<String>> capabilities,
            @Title("What the driver is told") @Nullable Map<String, String> options) {

        Map<String, Object> asEngine() {
            var request = new LinkedHashMap<String, Object>();
            put(request, "Driver", driver);
            put(request, "Count", count);
            put(request, "DeviceIDs", deviceIds);
            put(request, "Capabilities", capabilities);
            put(request, "Options", options);
            return request;
        }

        private static void put(Map<String, Object> request, String name, @Nullable Object value) {
            if (value != null) {
                request.put(name, value);
            }
        }
    }

    /// @param image with sh, tar and head
    public record FileSidecar(@Title("Image with sh, tar, head and find") @Nullable String image) {}
}
