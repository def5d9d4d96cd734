// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.container;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The API of Docker, which Podman speaks as well (Docker Engine API v1.40).
///
/// A call that doesn't answer is given up after a minute; those that follow something go on until
/// it ends or the thread is interrupted.
public final class ContainerEngine {
    private static final String VERSION = "/v1.40";
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int LARGEST_ANSWER = 16 << 20;
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final byte[] NOTHING = {};

    private final EngineAddress address;

    public ContainerEngine(EngineAddress address) {
        this.address = address;
    }

    /// @param body JSON or none
    public record Answer(int status, String body) {
        public boolean isGood() {
            return status >= 200 && status < 300;
        }

        /// @throws TaskFailedException unless it is good
        public Answer orFail(String doing) throws TaskFailedException {
            if (!isGood()) {
                throw new TaskFailedException(
                        "%s: the container engine answered %d: %s"
                                .formatted(doing, status, said()));
            }
            return this;
        }

        private String said() {
            try {
                if (JSON.readValue(body, Object.class) instanceof Map<?, ?> map
                        && map.get("message") != null) {
                    return String.valueOf(map.get("message"));
                }
            } catch (JacksonException _) {
                // it is told as it is
            }
            return body.length() > 500 ? body.substring(0, 500) + "…" : body.strip();
        }

        /// @throws TaskFailedException if it is none
        public Map<String, @Nullable Object> object() throws TaskFailedException {
            var object = new LinkedHashMap<String, @Nullable Object>();
            if (json() instanceof Map<?, ?> map) {
                map.forEach((name, value) -> object.put(String.valueOf(name), value));
            }
            return object;
        }

        /// @throws TaskFailedException if it is none
        public List<?> list() throws TaskFailedException {
            return json() instanceof List<?> list ? list : List.of();
        }

        private @Nullable Object json() throws TaskFailedException {
            try {
                return body.isBlank() ? null : JSON.readValue(body, Object.class);
            } catch (JacksonException e) {
                throw new TaskFailedException("Expected JSON from the container engine", e);
            }
        }
    }

    /// A value as part of a path or a query.
    public static String segment(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// One call with an answer that is small.
    ///
    /// @param value made JSON; absent: there is no body
    public Answer call(String method, String path, @Nullable Object value)
            throws TaskFailedException, InterruptedException {
        return call(method, path, Map.of(), value, ANSWER);
    }

    /// @param within how long to wait for the answer
    public Answer call(
            String method,
            String path,
            Map<String, String> headers,
            @Nullable Object value,
            Duration within)
            throws TaskFailedException, InterruptedException {
        var body = value == null ? NOTHING : JSON.writeValueAsBytes(value);
        var all = new LinkedHashMap<>(headers);
        if (value != null) {
            all.put("Content-Type", "application/json");
        }
        return exchange(
                method,
                path,
                all,
                new ByteArrayInputStream(body),
                body.length,
                within,
                ContainerEngine::whole);
    }

    /// Puts an archive into a container, from `/`.
    public void upload(String container, Path archive)
            throws IOException, TaskFailedException, InterruptedException {
        try (var content = Files.newInputStream(archive)) {
            exchange(
                            "PUT",
                            "/containers/%s/archive?path=%%2F".formatted(segment(container)),
                            Map.of("Content-Type", "application/x-tar"),
                            content,
                            Files.size(archive),
                            Duration.ofHours(1),
                            ContainerEngine::whole)
                    .orFail("Putting files into the container");
        }
    }

    /// What is done with an answer that is read while it comes.
    @FunctionalInterface
    public interface Reading {
        void read(InputStream content) throws IOException, TaskFailedException;
    }

    /// Reads an answer for as long as it comes.
    public void follow(String method, String path, String doing, Reading reading)
            throws TaskFailedException, InterruptedException {
        follow(method, path, Map.of(), doing, reading);
    }

    /// @param headers such as the credentials of a registry
    public void follow(
            String method, String path, Map<String, String> headers, String doing, Reading reading)
            throws TaskFailedException, InterruptedException {
        var answer =
                exchange(
                        method,
                        path,
                        headers,
                        InputStream.nullInputStream(),
                        0,
                        null,
                        read(reading));
        answer.orFail(doing);
    }

    /// Sends an archive, and reads the answer for as long as it comes.
    public void send(
            String path, Map<String, String> headers, Path archive, String doing, Reading reading)
            throws IOException, TaskFailedException, InterruptedException {
        var all = new LinkedHashMap<>(headers);
        all.put("Content-Type", "application/x-tar");
        try (var content = Files.newInputStream(archive)) {
            exchange("POST", path, all, content, Files.size(archive), null, read(reading))
                    .orFail(doing);
        }
    }

    private static Using read(Reading reading) {
        return connection -> {
            if (connection.status() < 300) {
                reading.read(connection.body());
                return new Answer(connection.status(), "");
            }
            return whole(connection);
        };
    }

    private static Answer whole(EngineConnection connection)
            throws IOException, TaskFailedException {
        return new Answer(
                connection.status(),
                new String(connection.body().readNBytes(LARGEST_ANSWER), StandardCharsets.UTF_8));
    }

    @FunctionalInterface
    private interface Using {
        Answer take(EngineConnection answer) throws IOException, TaskFailedException;
    }

    private Answer exchange(
            String method,
            String path,
            Map<String, String> headers,
            InputStream body,
            long length,
            @Nullable Duration within,
            Using using)
            throws TaskFailedException, InterruptedException {
        try (var connection = EngineConnection.open(address);
                var clock = new Clock(connection, within)) {
            try {
                connection.send(
                        method,
                        VERSION + path,
                        headers,
                        Set.of("GET", "DELETE").contains(method) ? null : body,
                        length);
                return using.take(connection);
            } catch (IOException e) {
                if (clock.rang) {
                    throw new TaskFailedException(
                            "No answer in time from the container engine at " + where(), e);
                }
                throw e;
            }
        } catch (ConnectException | java.net.SocketTimeoutException e) {
            throw new TaskFailedException(
                    "Unable to connect to the container engine at " + where(), e);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new TaskFailedException(
                    "No answer from the container engine at %s: %s"
                            .formatted(where(), e.getMessage()),
                    e);
        }
    }

    private String where() {
        return switch (address) {
            case EngineAddress.Unix(var path) -> path;
            case EngineAddress.Tcp(var host, var _) -> host;
        };
    }

    /// Closes a connection on which nothing comes in time.
    private static final class Clock implements AutoCloseable {
        private final @Nullable Thread thread;
        private volatile boolean rang;

        Clock(EngineConnection connection, @Nullable Duration within) {
            thread =
                    within == null
                            ? null
                            : Thread.startVirtualThread(() -> {
                                try {
                                    Thread.sleep(within);
                                    rang = true;
                                    connection.close();
                                } catch (InterruptedException | IOException _) {
                                    // it was in time, or is closed
                                }
                            });
        }

        @Override
        public void close() {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    /// Ends a container, if it is there, and removes it; not hindered by an interrupted thread.
    ///
    /// @param container its name or id
    /// @param grace from asking it to end to ending it
    public void remove(String container, Duration grace, TaskContext context) {
        var removing =
                Thread.startVirtualThread(() -> {
                    try {
                        if (grace.isPositive()) {
                            call(
                                    "POST",
                                    "/containers/%s/stop?t=%d"
                                            .formatted(segment(container), grace.toSeconds()),
                                    null);
                        }
                        call(
                                "DELETE",
                                "/containers/%s?force=true&v=true".formatted(segment(container)),
                                null);
                    } catch (TaskFailedException | InterruptedException e) {
                        context.log().warn("The container stays: " + e.getMessage());
                    }
                });
        boolean interrupted = false;
        while (removing.isAlive()) {
            try {
                removing.join(grace.plusSeconds(20));
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
