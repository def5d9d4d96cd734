// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.cluster;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.cluster.Cluster.Kind;
import io.millrace.plugin.container.Tar;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import io.millrace.plugin.kit.OutputLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One pod from its making to its end: files are put in, its logs are read while it runs, files are
/// taken out, and it is deleted.
public final class PodRun {
    /// The label that says whose a pod is.
    public static final String LABEL = "millrace.io/task-run";

    private static final String ATTEMPT = "millrace.io/attempt";
    private static final String IN = "init-files";
    private static final String OUT = "out-files";
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration FILES = Duration.ofHours(1);
    private static final Kind PODS = new Kind("/api/v1", "v1", "Pod", "pods", true);

    /// Waiting for these reasons doesn't help.
    private static final Set<String> HOPELESS =
            Set.of(
                    "ImagePullBackOff",
                    "InvalidImageName",
                    "ErrImageNeverPull",
                    "CreateContainerConfigError",
                    "CreateContainerError",
                    "RunContainerError");

    /// How containers end that say the rest by their exit code.
    private static final Set<String> PLAIN = Set.of("Completed", "Error");

    private final Cluster cluster;
    private final TaskContext context;
    private final OutputLines lines;
    private final Wanted wanted;

    /// What is to be run.
    ///
    /// @param metadata labels and a name are added
    /// @param spec of the pod
    /// @param files what is put into it, or absent
    /// @param untilRunning how long it may take to start
    /// @param running how long it may run; absent: as long as the task may
    /// @param delete whether it is deleted in the end; when it is killed it is in any case
    /// @param resumes whether a pod of this attempt that is there already is taken
    public record Wanted(
            String namespace,
            Map<String, @Nullable Object> metadata,
            Map<String, @Nullable Object> spec,
            @Nullable Transfer files,
            Duration untilRunning,
            @Nullable Duration running,
            boolean delete,
            boolean resumes) {}

    /// Files that are put into all containers of a pod, and taken out.
    ///
    /// @param mounts each directory of this machine with where it lies in the containers
    /// @param brings directory in the containers that is brought back, and where to; or absent
    /// @param image with sh, tar, head and sleep
    public record Transfer(
            Map<Path, String> mounts, @Nullable String from, @Nullable Path to, String image) {}

    /// @param pod as it was in the end
    /// @param exitCodes by container; -1 if it has none
    /// @param failure why the pod ended but by its containers' own doing, or absent
    public record Ended(
            Map<String, @Nullable Object> pod,
            Map<String, Integer> exitCodes,
            @Nullable String failure) {}

    public PodRun(Cluster cluster, Wanted wanted, OutputLines lines, TaskContext context) {
        this.cluster = cluster;
        this.wanted = wanted;
        this.lines = lines;
        this.context = context;
    }

    /// @throws TaskFailedException if it doesn't come to run, or can't be followed to its end
    public Ended run() throws Exception {
        var before = leftover();
        String name;
        if (before != null && wanted.resumes()) {
            name = before;
            context.log().info("Pod %s is there already and is followed".formatted(name));
        } else {
            if (before != null) {
                context.log().info("A pod that was left of this task run is deleted");
                cluster.delete(PODS, wanted.namespace(), before, Duration.ZERO);
            }
            name = create();
            context.log().info("Pod %s is made".formatted(name));
        }
        boolean stopped = false;
        try {
            return follow(name);
        } catch (InterruptedException e) {
            stopped = true;
            throw e;
        } finally {
            if (wanted.delete() || stopped) {
                delete(name, stopped);
            }
        }
    }

    private String selector() {
        var run = context.taskRun();
        return "labelSelector="
                + HttpApi.segment(
                        "%s=%s%s"
                                .formatted(
                                        LABEL,
                                        label(run.taskRunId()),
                                        wanted.resumes()
                                                ? "," + ATTEMPT + "=" + run.attempt()
                                                : ""));
    }

    private @Nullable String leftover()
            throws TaskFailedException, InterruptedException, IOException {
        var found = new ArrayList<String>();
        cluster.each(
                PODS,
                wanted.namespace(),
                selector(),
                pod -> {
                    if (HttpApi.at(pod, "metadata", "deletionTimestamp") == null) {
                        found.add(String.valueOf(HttpApi.text(pod, "metadata", "name")));
                    }
                    return true;
                });
        return found.isEmpty() ? null : found.getLast();
    }

    private String create() throws TaskFailedException, InterruptedException {
        var run = context.taskRun();
        var metadata = new LinkedHashMap<String, @Nullable Object>(wanted.metadata());
        var labels = Cluster.object(metadata.get("labels"));
        labels.put(LABEL, label(run.taskRunId()));
        labels.put(ATTEMPT, String.valueOf(run.attempt()));
        labels.put("millrace.io/tenant", label(run.tenant()));
        labels.put("millrace.io/namespace", label(run.namespace()));
        labels.put("millrace.io/flow", label(run.flowId()));
        labels.put("millrace.io/task", label(run.taskId()));
        metadata.put("labels", labels);
        if (metadata.get("name") == null) {
            metadata.put("name", Cluster.name("mr-", run.taskId()));
        }
        var pod = new LinkedHashMap<String, @Nullable Object>();
        pod.put("apiVersion", "v1");
        pod.put("kind", "Pod");
        pod.put("metadata", metadata);
        pod.put("spec", spec());
        var made = cluster.change(Call.json("POST", PODS.path(wanted.namespace()), pod));
        return String.valueOf(HttpApi.text(made, "metadata", "name"));
    }

    /// A value that a label may have.
    private static String label(String text) {
        var plain = text.replaceAll("[^A-Za-z0-9._-]", "-");
        var part = plain.length() > 63 ? plain.substring(0, 63) : plain;
        return part.replaceAll("^[^A-Za-z0-9]+|[^A-Za-z0-9]+$", "");
    }

    private Map<String, @Nullable Object> spec() throws TaskFailedException {
        var spec = new LinkedHashMap<String, @Nullable Object>(wanted.spec());
        spec.putIfAbsent("restartPolicy", "Never");
        var containers = Cluster.objects(spec.get("containers"));
        if (containers.isEmpty()) {
            throw new TaskFailedException("Expected `containers` in the pod's spec");
        }
        var transfer = wanted.files();
        if (transfer != null) {
            var volumes = Cluster.objects(spec.get("volumes"));
            var mounts = new ArrayList<Map<String, @Nullable Object>>();
            int number = 0;
            for (var path : transfer.mounts().values()) {
                var volume = "millrace-files-" + number++;
                volumes.add(named(volume, Map.of("emptyDir", Map.of())));
                mounts.add(named(volume, Map.of("mountPath", path)));
            }
            var users = new ArrayList<Map<String, @Nullable Object>>(containers);
            var inits = Cluster.objects(spec.get("initContainers"));
            users.addAll(inits);
            for (var user : users) {
                var own = Cluster.objects(user.get("volumeMounts"));
                own.addAll(mounts);
                user.put("volumeMounts", own);
            }
            inits.addFirst(waiting(IN, transfer, ".millrace-ready", mounts));
            spec.put("initContainers", inits);
            if (transfer.from() != null) {
                containers.add(waiting(OUT, transfer, ".millrace-ended", mounts));
            }
            spec.put("volumes", volumes);
        }
        spec.put("containers", containers);
        return spec;
    }

    private static Map<String, @Nullable Object> named(String name, Map<String, Object> more) {
        var object = new LinkedHashMap<String, @Nullable Object>();
        object.put("name", name);
        object.putAll(more);
        return object;
    }

    private static Map<String, @Nullable Object> waiting(
            String name, Transfer transfer, String marker, List<?> mounts) {
        return named(
                name,
                Map.of(
                        "image",
                        transfer.image(),
                        "command",
                        List.of(
                                "sh",
                                "-c",
                                // who is the first process ends by no signal that it doesn't take
                                "trap 'exit 0' TERM; until [ -f '%s' ]; do sleep 1; done"
                                        .formatted(marker(transfer, marker))),
                        "volumeMounts",
                        mounts));
    }

    private static String marker(Transfer transfer, String name) {
        return transfer.mounts().values().iterator().next() + "/" + name;
    }

    private Map<String, @Nullable Object> pod(String name)
            throws TaskFailedException, InterruptedException {
        var pod = cluster.look(PODS, wanted.namespace(), name);
        if (pod == null) {
            throw new TaskFailedException("Pod %s is gone: it was deleted".formatted(name));
        }
        return pod;
    }

    private Ended follow(String name) throws Exception {
        var started = awaitStart(name);
        var containers = new ArrayList<String>();
        for (var container : Cluster.objects(HttpApi.at(started, "spec", "containers"))) {
            if (!OUT.equals(container.get("name"))) {
                containers.add(String.valueOf(container.get("name")));
            }
        }
        try (var logs = new PodLogs(cluster, wanted.namespace(), lines, context)) {
            var refusing = PodState.failedInit(started);
            if (refusing == null) {
                containers.forEach(container -> logs.read(name, container));
            } else {
                logs.read(name, refusing);
            }
            var ended = awaitEnd(name, containers);
            logs.readToEnd();
            var failure = PodState.failure(ended);
            if (failure == null) {
                bring(name);
            }
            var codes = new LinkedHashMap<String, Integer>();
            for (var container : containers) {
                var terminated = HttpApi.at(PodState.of(ended, container), "terminated");
                var reason = HttpApi.text(terminated, "reason");
                if (reason != null && !PLAIN.contains(reason)) {
                    context.log().warn("Container %s ended as %s".formatted(container, reason));
                }
                codes.put(
                        container,
                        HttpApi.at(terminated, "exitCode") instanceof Number n ? n.intValue() : -1);
            }
            return new Ended(ended, codes, failure);
        }
    }

    private Map<String, @Nullable Object> awaitStart(String name) throws Exception {
        long start = System.nanoTime();
        boolean put = wanted.files() == null;
        while (true) {
            var pod = pod(name);
            var phase = phase(pod);
            if (phase.equals("Running") || phase.equals("Succeeded") || phase.equals("Failed")) {
                return pod;
            }
            refuseHopeless(name, pod);
            if (!put && HttpApi.at(PodState.ofInit(pod, IN), "running") != null) {
                put(name);
                put = true;
            }
            if (System.nanoTime() - start > wanted.untilRunning().toNanos()) {
                throw new TaskFailedException(
                        "Expected pod %s to run within %s but it is %s%s"
                                .formatted(
                                        name,
                                        wanted.untilRunning(),
                                        phase,
                                        PodState.unscheduled(pod)));
            }
            Thread.sleep(LOOK);
        }
    }

    private void refuseHopeless(String name, Map<String, @Nullable Object> pod)
            throws TaskFailedException {
        var all = Cluster.objects(HttpApi.at(pod, "status", "initContainerStatuses"));
        all.addAll(Cluster.objects(HttpApi.at(pod, "status", "containerStatuses")));
        for (var status : all) {
            var reason = HttpApi.text(status, "state", "waiting", "reason");
            if (reason != null && HOPELESS.contains(reason)) {
                throw new TaskFailedException(
                        "Container %s of pod %s doesn't start: %s: %s"
                                .formatted(
                                        status.get("name"),
                                        name,
                                        reason,
                                        HttpApi.text(status, "state", "waiting", "message")));
            }
        }
    }

    private Map<String, @Nullable Object> awaitEnd(String name, List<String> containers)
            throws TaskFailedException, InterruptedException {
        long start = System.nanoTime();
        while (true) {
            var pod = pod(name);
            var phase = phase(pod);
            boolean over =
                    phase.equals("Succeeded")
                            || phase.equals("Failed")
                            || containers.stream().allMatch(c -> PodState.isOver(pod, c));
            if (over) {
                return pod;
            }
            var most = wanted.running();
            if (most != null && System.nanoTime() - start > most.toNanos()) {
                throw new TaskFailedException(
                        "Expected pod %s to end within %s".formatted(name, most));
            }
            Thread.sleep(LOOK);
        }
    }

    private static String phase(Map<String, @Nullable Object> pod) {
        return String.valueOf(HttpApi.text(pod, "status", "phase"));
    }

    private void put(String name) throws IOException, TaskFailedException, InterruptedException {
        var transfer = wanted.files();
        if (transfer == null) {
            return;
        }
        int left = transfer.mounts().size();
        for (var mount : transfer.mounts().entrySet()) {
            var archive = Files.createTempFile(context.ownDirectory(), "pod", ".tar");
            try {
                Tar.pack(archive, mount.getKey());
                var command =
                        "head -c %d | tar -xf - -C '%s'"
                                .formatted(Files.size(archive), mount.getValue());
                if (--left == 0) {
                    command += " && touch '%s'".formatted(marker(transfer, ".millrace-ready"));
                }
                cluster.exec(
                        wanted.namespace(),
                        name,
                        IN,
                        List.of("sh", "-c", command),
                        archive,
                        _ -> {},
                        FILES);
            } finally {
                Files.deleteIfExists(archive);
            }
        }
    }

    private void bring(String name) throws IOException, TaskFailedException, InterruptedException {
        var transfer = wanted.files();
        if (transfer == null || transfer.from() == null || transfer.to() == null) {
            return;
        }
        var archive = Files.createTempFile(context.ownDirectory(), "pod", ".tar");
        try {
            try (var out = Files.newOutputStream(archive)) {
                cluster.exec(
                        wanted.namespace(),
                        name,
                        OUT,
                        List.of("tar", "-cf", "-", "-C", transfer.from(), "."),
                        null,
                        out::write,
                        FILES);
            }
            try (var content = Files.newInputStream(archive)) {
                Tar.unpack(content, "", transfer.to());
            }
        } finally {
            Files.deleteIfExists(archive);
        }
        if (!wanted.delete()) {
            cluster.exec(
                    wanted.namespace(),
                    name,
                    OUT,
                    List.of("touch", marker(transfer, ".millrace-ended")),
                    null,
                    _ -> {},
                    Duration.ofMinutes(1));
        }
    }

    /// Not hindered by an interrupted thread.
    private void delete(String name, boolean atOnce) {
        var deleting =
                Thread.startVirtualThread(() -> {
                    try {
                        cluster.delete(
                                PODS, wanted.namespace(), name, atOnce ? Duration.ZERO : null);
                    } catch (TaskFailedException | InterruptedException e) {
                        context.log().warn("Pod %s stays: %s".formatted(name, e.getMessage()));
                    }
                });
        boolean interrupted = Thread.interrupted();
        try {
            deleting.join(Duration.ofSeconds(20));
        } catch (InterruptedException _) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
