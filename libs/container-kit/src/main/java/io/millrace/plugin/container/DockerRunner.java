// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.container;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.OutputLines;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Runs commands in containers of Docker or Podman.
///
/// A container bears the task run's id as a label: what a worker that died has left of a task run
/// is removed when it is run again.
public final class DockerRunner implements ContainerRunner {
    /// The label that says whose a container is.
    public static final String LABEL = "millrace.io/task-run";

    /// The label that says whose tenant's it is; images that tasks make bear it, too.
    public static final String TENANT = "millrace.io/tenant";

    private static final Duration PULL = Duration.ofHours(1);

    /// How long what a container printed may take to arrive once it has ended.
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final ContainerEngine engine;
    private final Options options;
    private final Duration killGrace;
    private @Nullable String container;

    /// When an image is fetched.
    public enum PullPolicy {
        ALWAYS,
        IF_NOT_PRESENT,
        NEVER
    }

    /// @param user as whom it runs; the image says it if absent
    /// @param networkMode such as `host`, `none` or a network's name
    /// @param volumes `host:container[:ro]`
    /// @param limits and what else the engine has of a container's machine, as its `HostConfig` has
    ///   it
    /// @param registryAuth value of X-Registry-Auth, or absent
    /// @param delete whether the container is removed
    /// @param extras what scripts have no use for
    public record Options(
            PullPolicy pullPolicy,
            @Nullable String user,
            List<String> entryPoint,
            List<String> extraHosts,
            @Nullable String networkMode,
            List<String> volumes,
            Map<String, Object> limits,
            @Nullable String registryAuth,
            boolean delete,
            Extras extras) {
        public Options {
            entryPoint = List.copyOf(entryPoint);
            extraHosts = List.copyOf(extraHosts);
            volumes = List.copyOf(volumes);
            limits = Map.copyOf(limits);
        }

        /// Credentials of a registry as the engine wants them.
        public static String auth(Map<String, String> credentials) {
            return encoded(credentials);
        }

        /// As headers of the engine have objects.
        public static String encoded(Map<String, ?> object) {
            return Base64.getUrlEncoder()
                    .encodeToString(JsonMapper.shared().writeValueAsBytes(object));
        }
    }

    /// How a container is run whose image says what it does.
    ///
    /// @param imagesCommand whether the command are arguments for what the image runs
    /// @param leaves whether it goes on when the task ends
    /// @param ports of the machine that lead to its own: `[address:]port:port[/udp]`
    public record Extras(boolean imagesCommand, boolean leaves, List<String> ports) {
        public static final Extras NONE = new Extras(false, false, List.of());

        public Extras {
            ports = List.copyOf(ports);
        }
    }

    /// @param killGrace from asking a command to end to ending it
    public DockerRunner(ContainerEngine engine, Options options, Duration killGrace) {
        this.engine = engine;
        this.options = options;
        this.killGrace = killGrace;
    }

    @Override
    public int run(Work work, OutputLines lines, TaskContext context) throws Exception {
        removeLeftovers(context);
        provide(work.image(), context);
        var container = create(work, context);
        this.container = container;
        boolean left = false;
        try {
            put(work, container);
            engine.call("POST", "/containers/%s/start".formatted(container), null)
                    .orFail("Starting the container");
            if (options.extras().leaves()) {
                left = true;
                return 0;
            }
            int exitCode = awaitEnd(container, lines);
            if (work.bringsBack()) {
                fetch(work, container);
            }
            return exitCode;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw e;
        } finally {
            boolean stops = Thread.currentThread().isInterrupted();
            if (stops || (options.delete() && !left)) {
                engine.remove(container, stops ? killGrace : Duration.ZERO, context);
            }
        }
    }

    /// The id of the container that was run, once there is one.
    public @Nullable String container() {
        return container;
    }

    private void removeLeftovers(TaskContext context)
            throws TaskFailedException, InterruptedException {
        var filter =
                JsonMapper.shared()
                        .writeValueAsString(
                                Map.of(
                                        "label",
                                        List.of(LABEL + "=" + context.taskRun().taskRunId())));
        var left =
                engine.call(
                                "GET",
                                "/containers/json?all=true&filters="
                                        + ContainerEngine.segment(filter),
                                null)
                        .orFail("Looking for containers")
                        .list();
        for (var container : left) {
            if (container instanceof Map<?, ?> found && found.get("Id") instanceof String id) {
                context.log().info("A container that was left of this task run is removed");
                engine.remove(id, Duration.ZERO, context);
            }
        }
    }

    private void provide(String image, TaskContext context)
            throws TaskFailedException, InterruptedException {
        if (options.pullPolicy() == PullPolicy.NEVER) {
            return;
        }
        boolean there =
                engine.call(
                                "GET",
                                "/images/%s/json".formatted(ContainerEngine.segment(image)),
                                null)
                        .isGood();
        if (there && options.pullPolicy() == PullPolicy.IF_NOT_PRESENT) {
            return;
        }
        pull(engine, image, options.registryAuth(), context);
    }

    /// Fetches an image.
    ///
    /// @param auth credentials as [Options#auth] makes them, or absent
    public static void pull(
            ContainerEngine engine, String image, @Nullable String auth, TaskContext context)
            throws TaskFailedException, InterruptedException {
        context.log().info("Image %s is pulled".formatted(image));
        int at = image.indexOf('@');
        int colon = image.lastIndexOf(':');
        boolean tagged = at < 0 && colon > image.lastIndexOf('/');
        var query =
                tagged
                        ? "fromImage=%s&tag=%s"
                                .formatted(
                                        ContainerEngine.segment(image.substring(0, colon)),
                                        ContainerEngine.segment(image.substring(colon + 1)))
                        : "fromImage=%s%s"
                                .formatted(
                                        ContainerEngine.segment(image),
                                        at < 0 ? "&tag=latest" : "");
        var answer =
                engine.call(
                                "POST",
                                "/images/create?" + query,
                                auth == null ? Map.of() : Map.of("X-Registry-Auth", auth),
                                null,
                                PULL)
                        .orFail("Pulling image " + image);
        Progress.check(answer.body(), "Pulling image " + image);
    }

    private String create(Work work, TaskContext context)
            throws TaskFailedException, InterruptedException {
        var host = new TreeMap<>(options.limits());
        if (options.networkMode() != null) {
            host.put("NetworkMode", options.networkMode());
        }
        if (!options.volumes().isEmpty()) {
            host.put("Binds", options.volumes());
        }
        if (!options.extraHosts().isEmpty()) {
            host.put("ExtraHosts", options.extraHosts());
        }
        var command = work.command();
        boolean own = !options.entryPoint().isEmpty();
        var run = context.taskRun();
        var wanted = new LinkedHashMap<String, Object>();
        wanted.put("Image", work.image());
        boolean whole = own || options.extras().imagesCommand();
        if (own) {
            wanted.put("Entrypoint", options.entryPoint());
        } else if (!whole) {
            wanted.put("Entrypoint", List.of(command.getFirst()));
        }
        if (!whole || !command.isEmpty()) {
            wanted.put("Cmd", whole ? command : command.subList(1, command.size()));
        }
        var ports = Ports.of(options.extras().ports());
        if (!ports.isEmpty()) {
            wanted.put("ExposedPorts", Ports.exposed(ports));
            host.put("PortBindings", ports);
        }
        wanted.put(
                "Env",
                work.environment().entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue())
                        .sorted()
                        .toList());
        wanted.put("WorkingDir", work.directory().toString());
        wanted.put("HostConfig", host);
        wanted.put(
                "Labels",
                Map.of(
                        LABEL,
                        run.taskRunId(),
                        TENANT,
                        run.tenant(),
                        "millrace.io/namespace",
                        run.namespace(),
                        "millrace.io/flow",
                        run.flowId(),
                        "millrace.io/task",
                        run.taskId()));
        if (options.user() != null) {
            wanted.put("User", options.user());
        }
        var created =
                engine.call("POST", "/containers/create", wanted)
                        .orFail("Making a container of " + work.image())
                        .object();
        if (!(created.get("Id") instanceof String id)) {
            throw new TaskFailedException("Expected the id of a container");
        }
        return id;
    }

    private void put(Work work, String container) throws Exception {
        var archive = work.home().resolve("into-container.tar");
        try {
            Tar.pack(archive, List.of(work.home(), work.directory()));
            engine.upload(container, archive);
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    /// Reads what the container prints until it has ended.
    ///
    /// An engine may leave the answer open although the container has ended (Podman does, seldom,
    /// where it ends at once). So its end counts, and what is missing then is asked for.
    private int awaitEnd(String container, OutputLines lines)
            throws TaskFailedException, InterruptedException {
        var logs = "/containers/%s/logs?stdout=true&stderr=true".formatted(container);
        var doing = "Reading what the container prints";
        var printed = new Printed(lines);
        var complete = new AtomicBoolean();
        var follower =
                Thread.startVirtualThread(() -> {
                    try {
                        engine.follow("GET", logs + "&follow=true", doing, printed::read);
                        complete.set(true);
                    } catch (TaskFailedException | InterruptedException e) {
                        // what wasn't read is asked for at the end
                    }
                });
        try {
            int exitCode = exitCode(container);
            if (!follower.join(LAST_WORDS)) {
                follower.interrupt();
                follower.join();
            }
            if (!complete.get()) {
                engine.follow("GET", logs, doing, printed::read);
            }
            printed.finish();
            return exitCode;
        } finally {
            follower.interrupt();
        }
    }

    private int exitCode(String container) throws TaskFailedException, InterruptedException {
        var waited =
                engine.call(
                                "POST",
                                "/containers/%s/wait".formatted(container),
                                Map.of(),
                                null,
                                Duration.ofDays(365))
                        .orFail("Waiting for the container")
                        .object();
        if (!(waited.get("StatusCode") instanceof Number code)) {
            throw new TaskFailedException("Expected the exit code of the container");
        }
        return code.intValue();
    }

    private void fetch(Work work, String container)
            throws TaskFailedException, InterruptedException {
        var directory = work.directory();
        engine.follow(
                "GET",
                "/containers/%s/archive?path=%s"
                        .formatted(container, ContainerEngine.segment(directory.toString())),
                "Fetching files of the container",
                content -> Tar.unpack(content, directory.getFileName() + "/", directory));
    }
}
