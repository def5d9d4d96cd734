// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.cluster.Cluster;
import io.millrace.plugin.cluster.ClusterConnection;
import io.millrace.plugin.cluster.KubernetesRunner;
import io.millrace.plugin.container.ContainerEngine;
import io.millrace.plugin.container.ContainerRunner;
import io.millrace.plugin.container.DockerRunner;
import io.millrace.plugin.container.DockerRunner.PullPolicy;
import io.millrace.plugin.container.EngineAddress;
import io.millrace.plugin.kit.EgressPolicy;
import io.millrace.plugin.kit.HttpApi;
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
    private static final String DEFAULT_SOCKET = "unix:///var/run/docker.sock";
    private static final String PODMAN_SOCKET = "unix:///run/podman/podman.sock";
    private static final String FILE_IMAGE = "busybox:stable";

    private final Limits limits;
    private final PluginSettings settings;

    Runners(Limits limits, PluginSettings settings) {
        this.limits = limits;
        this.settings = settings;
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
                            image(properties, kind));
            case KUBERNETES -> new Contained(kubernetes(properties), image(properties, kind));
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
        var own = settings.list("script.runners.allow." + tenant);
        var allowed = own.isEmpty() ? settings.list("script.runners.allow") : own;
        if (!allowed.isEmpty()
                && allowed.stream().noneMatch(a -> Kind.of(a).filter(kind::equals).isPresent())) {
            throw new TaskFailedException(
                    "Tasks may run by %s here, not by %s"
                            .formatted(allowed, kind.name().toLowerCase(Locale.ROOT)));
        }
        return kind;
    }

    private String image(ProcessProperties properties, Kind kind) throws TaskFailedException {
        if (properties.containerImage() != null) {
            return properties.containerImage().strip();
        }
        if (properties.docker() != null && properties.docker().get("image") != null) {
            return String.valueOf(properties.docker().get("image")).strip();
        }
        return settings.text("script.runners.image")
                .orElseThrow(() ->
                        new TaskFailedException(
                                "Expected `containerImage` for the task runner "
                                        + kind.name().toLowerCase(Locale.ROOT)));
    }

    // --- Docker, Podman --------------------------------------------------------------------------

    private ContainerRunner docker(Kind kind, ProcessProperties properties, String tenant)
            throws TaskFailedException {
        var choice = choice(properties);
        var options =
                new DockerRunner.Options(
                        pullPolicy(choice.pullPolicy()),
                        choice.user(),
                        choice.entryPoint() == null
                                ? List.of()
                                : choice.entryPoint().stream().filter(e -> !e.isEmpty()).toList(),
                        choice.extraHosts() == null ? List.of() : choice.extraHosts(),
                        network(choice, tenant),
                        volumes(choice),
                        choice.cpu() == null || choice.cpu().cpus() == null
                                ? 0
                                : choice.cpu().cpus(),
                        choice.memory() == null ? 0 : bytes(choice.memory().memory()),
                        choice.memory() == null ? 0 : bytes(choice.memory().memorySwap()),
                        bytes(choice.shmSize()),
                        auth(choice),
                        choice.delete() == null || choice.delete());
        return new DockerRunner(
                new ContainerEngine(address(kind, choice)), options, limits.killGrace());
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

    /// Whoever reaches the engine is root of its machine: the operator says which socket there is.
    private EngineAddress address(Kind kind, TaskRunnerChoice choice) throws TaskFailedException {
        var own =
                kind == Kind.PODMAN
                        ? settings.text("script.podman.host").orElse(PODMAN_SOCKET)
                        : settings.text("script.docker.host").orElse(DEFAULT_SOCKET);
        if (choice.host() == null || choice.host().strip().equals(own)) {
            return EngineAddress.parse(own);
        }
        var address = EngineAddress.parse(choice.host());
        return switch (address) {
            case EngineAddress.Unix _ ->
                    throw new TaskFailedException(
                            "Expected tcp://host:port: a socket of the worker is named in its"
                                    + " settings");
            case EngineAddress.Tcp(var host, int port) -> {
                EgressPolicy.of(settings).check(host, port);
                yield address;
            }
        };
    }

    /// A network leads to all that is in it, and `host` to the machine itself: the operator says
    /// which there are. To have none is anybody's choice.
    private @Nullable String network(TaskRunnerChoice choice, String tenant)
            throws TaskFailedException {
        var own =
                settings.text("script.docker.network." + tenant)
                        .or(() -> settings.text("script.docker.network"));
        if (choice.networkMode() == null || choice.networkMode().isBlank()) {
            return own.orElse(null);
        }
        var named = choice.networkMode().strip();
        var ofTenant = settings.list("script.docker.networks." + tenant);
        var allowed = ofTenant.isEmpty() ? settings.list("script.docker.networks") : ofTenant;
        if (!named.equals("none") && !own.equals(Optional.of(named)) && !allowed.contains(named)) {
            throw new TaskFailedException(
                    "Expected networkMode none, or a network that `script.docker.networks` allows, but got '%s'"
                            .formatted(named));
        }
        return named;
    }

    private List<String> volumes(TaskRunnerChoice choice) throws TaskFailedException {
        var volumes = choice.volumes();
        if (volumes == null || volumes.isEmpty()) {
            return List.of();
        }
        if (!settings.flag("script.docker.volumes", false)) {
            throw new TaskFailedException(
                    "Volumes are of the machine: expected `script.docker.volumes` to be set");
        }
        return volumes;
    }

    private static PullPolicy pullPolicy(@Nullable String text) throws TaskFailedException {
        if (text == null) {
            return PullPolicy.ALWAYS;
        }
        return switch (text.strip().replaceAll("[_-]", "").toUpperCase(Locale.ROOT)) {
            case "ALWAYS" -> PullPolicy.ALWAYS;
            case "IFNOTPRESENT" -> PullPolicy.IF_NOT_PRESENT;
            case "NEVER" -> PullPolicy.NEVER;
            default ->
                    throw new TaskFailedException(
                            "Expected pullPolicy ALWAYS, IF_NOT_PRESENT or NEVER but got '%s'"
                                    .formatted(text));
        };
    }

    private static @Nullable String auth(TaskRunnerChoice choice) throws TaskFailedException {
        if (choice.credentials() != null) {
            var given = new LinkedHashMap<>(choice.credentials());
            var registry = given.remove("registry");
            if (registry != null) {
                given.put("serveraddress", registry);
            }
            return DockerRunner.Options.auth(given);
        }
        Object config;
        try {
            config =
                    choice.config() instanceof String text
                            ? JsonMapper.shared().readValue(text, Object.class)
                            : choice.config();
        } catch (JacksonException e) {
            throw new TaskFailedException("Expected JSON in `config`", e);
        }
        for (var entry : Cluster.object(HttpApi.at(config, "auths")).entrySet()) {
            var credentials = new LinkedHashMap<String, String>();
            Cluster.object(entry.getValue())
                    .forEach((name, value) -> credentials.put(name, String.valueOf(value)));
            credentials.put("serveraddress", entry.getKey());
            return DockerRunner.Options.auth(credentials);
        }
        return null;
    }

    /// @param text such as 512MB, 1g or a number of bytes
    private static long bytes(@Nullable String text) throws TaskFailedException {
        if (text == null) {
            return 0;
        }
        var upper = text.strip().toUpperCase(Locale.ROOT).replaceFirst("I?B$", "");
        int shift =
                switch (upper.isEmpty() ? ' ' : upper.charAt(upper.length() - 1)) {
                    case 'K' -> 10;
                    case 'M' -> 20;
                    case 'G' -> 30;
                    case 'T' -> 40;
                    default -> 0;
                };
        var number = shift == 0 ? upper : upper.substring(0, upper.length() - 1);
        try {
            return (long) (Double.parseDouble(number) * (1L << shift));
        } catch (NumberFormatException e) {
            throw new TaskFailedException(
                    "Expected a size such as 512MB but got '%s'".formatted(text), e);
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
                        : switch (pullPolicy(choice.pullPolicy())) {
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
