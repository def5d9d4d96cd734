// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.docker;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.cluster.Cluster;
import io.millrace.plugin.container.ContainerEngine;
import io.millrace.plugin.container.DockerRunner;
import io.millrace.plugin.container.DockerRunner.PullPolicy;
import io.millrace.plugin.container.EngineAddress;
import io.millrace.plugin.kit.EgressPolicy;
import io.millrace.plugin.kit.HttpApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Container engines, as the operator lets tasks use them. Whoever reaches an engine is root of its
/// machine: the operator says which sockets, networks and directories there are.
public final class Engines {
    private static final String DOCKER_SOCKET = "unix:///var/run/docker.sock";
    private static final String PODMAN_SOCKET = "unix:///run/podman/podman.sock";

    private final PluginSettings settings;

    public Engines(PluginSettings settings) {
        this.settings = settings;
    }

    /// @throws TaskFailedException unless the operator lets the tenant's tasks have images and
    ///   containers of their own
    public void requireTasks(String tenant) throws TaskFailedException {
        if (!settings.flag("docker.tasks." + tenant, settings.flag("docker.tasks", false))) {
            throw new TaskFailedException(
                    "Tasks of Docker aren't allowed here: the operator sets docker.tasks");
        }
    }

    /// @throws TaskFailedException unless the operator lets the tenant's tasks run Compose, whose
    ///   files may ask for anything on the engine's machine
    public void requireCompose(String tenant) throws TaskFailedException {
        requireTasks(tenant);
        if (!settings.flag("docker.compose." + tenant, settings.flag("docker.compose", false))) {
            throw new TaskFailedException(
                    "Compose isn't allowed here, for it may do anything on the engine's machine: the operator sets docker.compose");
        }
    }

    /// Where the `docker` command finds the engine that tasks use; absent: where it looks itself.
    public Optional<String> host() {
        return settings.text("script.docker.host")
                .or(() ->
                        exists(DOCKER_SOCKET)
                                ? Optional.empty()
                                : settings.text("script.podman.host"));
    }

    /// Whether tasks may end, rename and remove also what isn't known to be their tenant's.
    boolean hasAll() {
        return settings.flag("docker.all", false);
    }

    /// @param image with its registry, else it is of Docker Hub
    /// @throws TaskFailedException if tasks may not connect there
    void checkRegistry(String image) throws TaskFailedException {
        int slash = image.indexOf('/');
        var first = slash < 0 ? "" : image.substring(0, slash);
        boolean named = first.equals("localhost") || first.contains(".") || first.contains(":");
        EgressPolicy.of(settings).checkServer(named ? first : "registry-1.docker.io", 443);
    }

    /// @param bindings of ports of the machine
    /// @throws TaskFailedException if flows may have none
    public List<String> ports(@Nullable List<String> bindings) throws TaskFailedException {
        if (bindings == null || bindings.isEmpty()) {
            return List.of();
        }
        if (!settings.flag("docker.ports", false)) {
            throw new TaskFailedException(
                    "Ports are of the machine: expected `docker.ports` to be set");
        }
        return bindings;
    }

    /// Docker's engine, or Podman's where there is no Docker.
    ///
    /// @param host `tcp://host:port`; absent: the worker's
    /// @throws TaskFailedException if a task may not use it
    public ContainerEngine openAny(@Nullable String host) throws TaskFailedException {
        boolean docker = settings.text("script.docker.host").isPresent() || exists(DOCKER_SOCKET);
        boolean podman = settings.text("script.podman.host").isPresent() || exists(PODMAN_SOCKET);
        if (host == null && !docker && !podman) {
            throw new TaskFailedException(
                    "There is neither Docker nor Podman on this worker: the operator names one in script.docker.host or script.podman.host");
        }
        return open(!docker && podman, host);
    }

    private static boolean exists(String socket) {
        return Files.exists(Path.of(socket.substring("unix://".length())));
    }

    /// @param podman whether it is Podman's engine, else Docker's
    /// @param host `tcp://host:port`; absent: the worker's
    /// @throws TaskFailedException if a task may not use it
    public ContainerEngine open(boolean podman, @Nullable String host) throws TaskFailedException {
        var own =
                podman
                        ? settings.text("script.podman.host").orElse(PODMAN_SOCKET)
                        : settings.text("script.docker.host").orElse(DOCKER_SOCKET);
        return new ContainerEngine(address(own, host));
    }

    private EngineAddress address(String own, @Nullable String host) throws TaskFailedException {
        if (host == null || host.strip().equals(own)) {
            return EngineAddress.parse(own);
        }
        var address = EngineAddress.parse(host);
        return switch (address) {
            case EngineAddress.Unix _ ->
                    throw new TaskFailedException(
                            "Expected tcp://host:port: a socket of the worker is named in its"
                                    + " settings");
            case EngineAddress.Tcp(var name, int port) -> {
                EgressPolicy.of(settings).check(name, port);
                yield address;
            }
        };
    }

    /// A network leads to all that is in it, and `host` to the machine itself: the operator says
    /// which there are. To have none is anybody's choice.
    public @Nullable String network(@Nullable String mode, String tenant)
            throws TaskFailedException {
        var own =
                settings.text("script.docker.network." + tenant)
                        .or(() -> settings.text("script.docker.network"));
        if (mode == null || mode.isBlank()) {
            return own.orElse(null);
        }
        var named = mode.strip();
        var ofTenant = settings.list("script.docker.networks." + tenant);
        var allowed = ofTenant.isEmpty() ? settings.list("script.docker.networks") : ofTenant;
        if (!named.equals("none") && !own.equals(Optional.of(named)) && !allowed.contains(named)) {
            throw new TaskFailedException(
                    "Expected networkMode none, or a network that `script.docker.networks` allows, but got '%s'"
                            .formatted(named));
        }
        return named;
    }

    /// @return whether the container is to have all the rights of the machine
    /// @throws TaskFailedException if flows may have none such
    public boolean privileged(@Nullable Boolean wanted) throws TaskFailedException {
        boolean privileged = Boolean.TRUE.equals(wanted);
        if (privileged && !settings.flag("script.docker.privileged", false)) {
            throw new TaskFailedException(
                    "A privileged container owns the machine: expected `script.docker.privileged` to be set");
        }
        return privileged;
    }

    /// @throws TaskFailedException if flows may have no devices
    public void requireDevices() throws TaskFailedException {
        if (!settings.flag("script.docker.devices", false)) {
            throw new TaskFailedException(
                    "Devices are of the machine: expected `script.docker.devices` to be set");
        }
    }

    /// @param volumes `host:container`
    /// @throws TaskFailedException if flows may mount none
    public List<String> volumes(@Nullable List<String> volumes) throws TaskFailedException {
        if (volumes == null || volumes.isEmpty()) {
            return List.of();
        }
        if (!settings.flag("script.docker.volumes", false)) {
            throw new TaskFailedException(
                    "Volumes are of the machine: expected `script.docker.volumes` to be set");
        }
        return volumes;
    }

    public static PullPolicy pullPolicy(@Nullable String text) throws TaskFailedException {
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

    /// Who asks a registry, as the engine wants it.
    ///
    /// @param credentials registry, username and password
    /// @param docker in their place: Docker's `config.json`, as a map or its text
    public static @Nullable String auth(
            @Nullable Map<String, String> credentials, @Nullable Object docker)
            throws TaskFailedException {
        if (credentials != null) {
            var given = new LinkedHashMap<>(credentials);
            var registry = given.remove("registry");
            if (registry != null) {
                given.put("serveraddress", registry);
            }
            return DockerRunner.Options.auth(given);
        }
        for (var entry : auths(docker).entrySet()) {
            return DockerRunner.Options.auth(entry.getValue());
        }
        return null;
    }

    /// Credentials by registry, as a build wants them.
    static Map<String, Map<String, String>> registries(Engine engine) throws TaskFailedException {
        var given = engine.credentials();
        if (given == null) {
            return auths(engine.config());
        }
        return Map.of(given.getOrDefault("registry", "https://index.docker.io/v1/"), given);
    }

    private static Map<String, Map<String, String>> auths(@Nullable Object docker)
            throws TaskFailedException {
        Object config;
        try {
            config =
                    docker instanceof String text
                            ? JsonMapper.shared().readValue(text, Object.class)
                            : docker;
        } catch (JacksonException _) {
            // its message has a piece of the text, which is a secret
            throw new TaskFailedException("Expected JSON in `config`");
        }
        var all = new LinkedHashMap<String, Map<String, String>>();
        for (var entry : Cluster.object(HttpApi.at(config, "auths")).entrySet()) {
            var one = new LinkedHashMap<String, String>();
            Cluster.object(entry.getValue())
                    .forEach((name, value) -> one.put(name, String.valueOf(value)));
            one.put("serveraddress", entry.getKey());
            all.put(entry.getKey(), one);
        }
        return all;
    }

    /// @param text such as 512MB, 1g or a number of bytes
    public static long bytes(@Nullable String text) throws TaskFailedException {
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
}
