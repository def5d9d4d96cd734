// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.cluster.Cluster;
import io.millrace.plugin.cluster.ClusterConnection;
import io.millrace.plugin.cluster.KubernetesRunner;
import io.millrace.plugin.container.ContainerRunner;
import io.millrace.plugin.container.DockerRunner;
import io.millrace.plugin.container.DockerRunner.Extras;
import io.millrace.plugin.docker.Engines;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Which task runner a task gets: the one that it names, or the worker's default, if the tenant may
/// use it.
final class Runners {
    private static final String FILE_IMAGE = "busybox:stable";

    private final Limits limits;
    private final PluginSettings settings;
    private final Engines engines;
    private final @Nullable String image;

    /// @param image where neither the task nor the operator names one
    Runners(Limits limits, PluginSettings settings, @Nullable String image) {
        this.limits = limits;
        this.settings = settings;
        this.image = image;
        this.engines = new Engines(settings);
    }

    /// Kinds of task runners.
    enum Kind {
        PROCESS,
        DOCKER,
        PODMAN,
        KUBERNETES;

        /// @param name of its type, or its own
        static Optional<Kind> of(String name) {
            return switch (name.strip()) {
                case TaskRunnerChoice.PROCESS,
                        "io.kestra.core.models.tasks.runners.types.Process" ->
                        Optional.of(PROCESS);
                case "io.kestra.plugin.scripts.runner.docker.Docker",
                        "io.kestra.plugin.scripts.runner.docker.DockerTaskRunner" ->
                        Optional.of(DOCKER);
                case "io.millrace.plugin.runner.Podman" -> Optional.of(PODMAN);
                case "io.kestra.plugin.ee.kubernetes.runner.Kubernetes",
                        "io.kestra.plugin.kubernetes.runner.Kubernetes",
                        "io.kestra.plugin.kubernetes.runner.KubernetesTaskRunner" ->
                        Optional.of(KUBERNETES);
                case String other ->
                        Arrays.stream(values())
                                .filter(kind -> kind.name().equalsIgnoreCase(other))
                                .findFirst();
            };
        }
    }

    /// @return absent: a process of this machine
    /// @throws TaskFailedException if the task asks for what it may not have
    @Nullable Contained of(ProcessProperties properties, TaskContext context)
            throws TaskFailedException {
        var kind = kind(properties, context.taskRun().tenant());
        return switch (kind) {
            case PROCESS -> null;
            case DOCKER, PODMAN ->
                    new Contained(
                            docker(kind, properties, context.taskRun().tenant()),
                            image(properties, kind),
                            false);
            case KUBERNETES ->
                    new Contained(kubernetes(properties), image(properties, kind), false);
        };
    }

    private Kind kind(ProcessProperties properties, String tenant) throws TaskFailedException {
        var choice = properties.taskRunner();
        var named = choice != null ? choice.type() : properties.runner();
        var name =
                named != null
                        ? named
                        : settings.text("script.runners.default." + tenant)
                                .or(() -> settings.text("script.runners.default"))
                                .orElse("process");
        var kind =
                Kind.of(name)
                        .orElseThrow(() ->
                                new TaskFailedException(
                                        "Expected a task runner such as %s but got %s"
                                                .formatted(TaskRunnerChoice.PROCESS, name)));
        allowed(kind, tenant);
        return kind;
    }

    private void allowed(Kind kind, String tenant) throws TaskFailedException {
        var own = settings.list("script.runners.allow." + tenant);
        var allowed = own.isEmpty() ? settings.list("script.runners.allow") : own;
        if (!allowed.isEmpty()
                && allowed.stream().noneMatch(a -> Kind.of(a).filter(kind::equals).isPresent())) {
            throw new TaskFailedException(
                    "Tasks may run by %s here, not by %s"
                            .formatted(allowed, kind.name().toLowerCase(Locale.ROOT)));
        }
    }

    private String image(ProcessProperties properties, Kind kind) throws TaskFailedException {
        if (properties.containerImage() != null) {
            return properties.containerImage().strip();
        }
        if (properties.docker() != null && properties.docker().get("image") != null) {
            return String.valueOf(properties.docker().get("image")).strip();
        }
        return settings.text("script.runners.image")
                .or(() -> Optional.ofNullable(image))
                .orElseThrow(() ->
                        new TaskFailedException(
                                "Expected `containerImage` for the task runner "
                                        + kind.name().toLowerCase(Locale.ROOT)));
    }

    // --- Docker, Podman --------------------------------------------------------------------------

    private ContainerRunner docker(Kind kind, ProcessProperties properties, String tenant)
            throws TaskFailedException {
        var choice = choice(properties);
        return new DockerRunner(
                engines.open(kind == Kind.PODMAN, choice.host()),
                options(choice, Extras.NONE, tenant),
                limits.killGrace());
    }

    /// A container whose image says what it does, which the task may leave running.
    ///
    /// @throws TaskFailedException if the tenant's tasks may not have containers of Docker
    DockerRunner docker(TaskRunnerChoice choice, Extras extras, String tenant)
            throws TaskFailedException {
        allowed(Kind.DOCKER, tenant);
        return new DockerRunner(
                engines.openAny(choice.host()),
                options(choice, extras, tenant),
                limits.killGrace());
    }

    private DockerRunner.Options options(TaskRunnerChoice choice, Extras extras, String tenant)
            throws TaskFailedException {
        return new DockerRunner.Options(
                Engines.pullPolicy(choice.pullPolicy()),
                choice.user(),
                choice.entryPoint() == null
                        ? List.of()
                        : choice.entryPoint().stream().filter(e -> !e.isEmpty()).toList(),
                choice.extraHosts() == null ? List.of() : choice.extraHosts(),
                engines.network(choice.networkMode(), tenant),
                engines.volumes(choice.volumes()),
                limits(choice),
                Engines.auth(choice.credentials(), choice.config()),
                choice.delete() == null || choice.delete(),
                extras);
    }

    private Map<String, Object> limits(TaskRunnerChoice choice) throws TaskFailedException {
        var limits = new LinkedHashMap<String, Object>();
        if (choice.cpu() != null && choice.cpu().cpus() != null) {
            limits.put("NanoCpus", (long) (choice.cpu().cpus() * 1e9));
        }
        var memory = choice.memory();
        if (memory != null) {
            putBytes(limits, "Memory", memory.memory());
            putBytes(limits, "MemorySwap", memory.memorySwap());
            putBytes(limits, "MemoryReservation", memory.memoryReservation());
            if (memory.memorySwappiness() != null) {
                limits.put("MemorySwappiness", memory.memorySwappiness());
            }
            if (Boolean.TRUE.equals(memory.oomKillDisable())) {
                limits.put("OomKillDisable", true);
            }
        }
        putBytes(limits, "ShmSize", choice.shmSize());
        if (engines.privileged(choice.privileged())) {
            limits.put("Privileged", true);
        }
        var devices = choice.deviceRequests();
        if (devices != null && !devices.isEmpty()) {
            engines.requireDevices();
            limits.put(
                    "DeviceRequests",
                    devices.stream().map(TaskRunnerChoice.DeviceRequest::asEngine).toList());
        }
        return limits;
    }

    private static void putBytes(Map<String, Object> limits, String name, @Nullable String size)
            throws TaskFailedException {
        long bytes = Engines.bytes(size);
        if (bytes > 0) {
            limits.put(name, bytes);
        }
    }

    /// The flow's choice, or what older flows say under `docker`.
    private static TaskRunnerChoice choice(ProcessProperties properties)
            throws TaskFailedException {
        if (properties.taskRunner() != null) {
            return properties.taskRunner();
        }
        var older = new LinkedHashMap<String, @Nullable Object>();
        if (properties.docker() != null) {
            older.putAll(properties.docker());
        }
        older.put("type", "docker");
        older.remove("image");
        try {
            return JsonMapper.shared().convertValue(older, TaskRunnerChoice.class);
        } catch (JacksonException e) {
            throw new TaskFailedException("Expected options of a container in `docker`", e);
        }
    }

    // --- Kubernetes ------------------------------------------------------------------------------

    private ContainerRunner kubernetes(ProcessProperties properties) throws TaskFailedException {
        var choice = choice(properties);
        var connection = choice.connection();
        if (connection == null && choice.config() != null) {
            try {
                connection =
                        JsonMapper.shared().convertValue(choice.config(), ClusterConnection.class);
            } catch (JacksonException e) {
                throw new TaskFailedException("Expected a cluster in `config`", e);
            }
        }
        var spec = new LinkedHashMap<String, @Nullable Object>(Cluster.object(choice.podSpec()));
        if (choice.nodeSelector() != null) {
            spec.put("nodeSelector", choice.nodeSelector());
        }
        if (choice.serviceAccountName() != null) {
            spec.put("serviceAccountName", choice.serviceAccountName());
        }
        var container =
                new LinkedHashMap<String, @Nullable Object>(Cluster.object(choice.containerSpec()));
        if (choice.resources() != null) {
            container.put("resources", choice.resources());
        }
        var named =
                choice.namespace() != null
                        ? choice.namespace()
                        : connection == null ? null : connection.namespace();
        var pull =
                choice.pullPolicy() == null
                        ? null
                        : switch (Engines.pullPolicy(choice.pullPolicy())) {
                            case ALWAYS -> "Always";
                            case IF_NOT_PRESENT -> "IfNotPresent";
                            case NEVER -> "Never";
                        };
        return new KubernetesRunner(
                new KubernetesRunner.Options(
                        connection,
                        named == null
                                ? settings.text("kubernetes.namespace").orElse("default")
                                : named,
                        spec,
                        container,
                        choice.labels() == null ? Map.of() : choice.labels(),
                        pull,
                        choice.fileSidecar() == null || choice.fileSidecar().image() == null
                                ? settings.text("kubernetes.file-image").orElse(FILE_IMAGE)
                                : choice.fileSidecar().image(),
                        choice.waitUntilRunning() == null
                                ? Duration.ofMinutes(10)
                                : choice.waitUntilRunning(),
                        choice.delete() == null || choice.delete()),
                settings);
    }
}
