// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A running `bootstrap.py`. Its children connect their outputs to a socket in a directory that
/// only this user enters, and start when they are told to.
final class PythonFork implements AutoCloseable {
    private static final int CONNECT_SECONDS = 10;
    private static final int LONGEST_GREETING = 200;

    private final Process process;
    private final OutputStream requests;
    private final Path directory;
    private final ServerSocketChannel server;
    private final Map<String, Fork> forks = new ConcurrentHashMap<>();

    private PythonFork(Process process, Path directory, ServerSocketChannel server) {
        this.process = process;
        this.requests = process.getOutputStream();
        this.directory = directory;
        this.server = server;
    }

    static PythonFork open(String executable) throws IOException {
        var directory = Files.createTempDirectory("millrace-python-");
        var socket = directory.resolve("socket");
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        var builder =
                new ProcessBuilder(executable, "-u", "-c", bootstrap(), socket.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment()
                .put("PATH", Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin"));
        builder.environment().put("LANG", "C.UTF-8");
        var fork = new PythonFork(builder.start(), directory, server);
        Thread.ofPlatform().daemon().name("python-connections").start(fork::accept);
        Thread.ofPlatform().daemon().name("python-ends").start(fork::readEnds);
        return fork;
    }

    private static String bootstrap() throws IOException {
        try (var source = PythonFork.class.getResourceAsStream("bootstrap.py")) {
            return new String(
                    Objects.requireNonNull(source).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    boolean isAlive() {
        return process.isAlive() && server.isOpen();
    }

    /// A child: what of it is known so far.
    private static final class Fork implements ScriptProcess {
        final CompletableFuture<SocketChannel> output = new CompletableFuture<>();
        final CompletableFuture<SocketChannel> errors = new CompletableFuture<>();
        final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
        volatile long pid;

        @Override
        public long pid() {
            return pid;
        }

        @Override
        public InputStream output() {
            return Channels.newInputStream(output.join());
        }

        @Override
        public InputStream errors() {
            return Channels.newInputStream(errors.join());
        }

        @Override
        public int waitFor() throws InterruptedException {
            try {
                int code = exitCode.get();
                return code < 0 ? 128 - code : code;
            } catch (ExecutionException e) {
                throw new UncheckedIOException(
                        "The interpreter's parent has gone", new IOException(e.getCause()));
            }
        }

        void fail(IOException reason) {
            output.completeExceptionally(reason);
            errors.completeExceptionally(reason);
            exitCode.completeExceptionally(reason);
        }
    }

    /// @throws IOException if the script did not start, and won't
    ScriptProcess start(
            Path script,
            Path directory,
            Map<String, String> environment,
            Limits limits,
            ScriptUsers.@Nullable User user)
            throws IOException, InterruptedException {
        var id = UUID.randomUUID().toString();
        var request = new LinkedHashMap<String, Object>();
        request.put("id", id);
        request.put("script", script.toString());
        request.put("directory", directory.toString());
        request.put("environment", environment);
        request.put("memory", limits.memoryBytes());
        request.put("processes", limits.processes());
        request.put("fileSize", limits.fileBytes());
        if (user != null) {
            request.put("user", user.id());
            request.put("group", user.group());
        }
        var fork = new Fork();
        forks.put(id, fork);
        try {
            send(JsonMapper.shared().writeValueAsString(request) + "\n");
            fork.output.get(CONNECT_SECONDS, TimeUnit.SECONDS);
            var errors = fork.errors.get(CONNECT_SECONDS, TimeUnit.SECONDS);
            errors.write(ByteBuffer.wrap(new byte[] {'+'}));
            return fork;
        } catch (IOException | InterruptedException e) {
            discard(id, fork);
            throw e;
        } catch (ExecutionException | TimeoutException e) {
            discard(id, fork);
            throw new IOException("No child was forked", e);
        }
    }

    /// A child that isn't told to start ends when its connections do.
    private void discard(String id, Fork fork) throws IOException {
        forks.remove(id);
        fork.fail(new IOException("Given up"));
        for (var connection : List.of(fork.output, fork.errors)) {
            if (connection.isDone() && !connection.isCompletedExceptionally()) {
                connection.join().close();
            }
        }
    }

    private synchronized void send(String line) throws IOException {
        requests.write(line.getBytes(StandardCharsets.UTF_8));
        requests.flush();
    }

    private void accept() {
        try {
            while (true) {
                var connection = server.accept();
                Thread.ofVirtual().name("python-greeting").start(() -> greet(connection));
            }
        } catch (IOException _) {
            close();
        }
    }

    /// A child says which of its outputs this is, of which request, and its process id.
    private void greet(SocketChannel connection) {
        try {
            var greeting = readLine(connection).split(" ", 3);
            var fork = greeting.length == 3 ? forks.get(greeting[1]) : null;
            if (fork == null) {
                connection.close();
                return;
            }
            fork.pid = Long.parseLong(greeting[2]);
            (greeting[0].equals("out") ? fork.output : fork.errors).complete(connection);
        } catch (IOException | NumberFormatException _) {
            // no child of ours
        }
    }

    private static String readLine(SocketChannel connection) throws IOException {
        var line = new StringBuilder();
        var one = ByteBuffer.allocate(1);
        while (line.length() < LONGEST_GREETING && connection.read(one.clear()) == 1) {
            char c = (char) one.get(0);
            if (c == '\n') {
                break;
            }
            line.append(c);
        }
        return line.toString();
    }

    private void readEnds() {
        try (var ends = process.inputReader(StandardCharsets.UTF_8)) {
            for (var end = ends.readLine(); end != null; end = ends.readLine()) {
                var words = end.split(" ", 2);
                var fork = forks.remove(words[0]);
                if (fork != null) {
                    fork.exitCode.complete(Integer.valueOf(words[1]));
                    var gone = new IOException("It ended before it started");
                    fork.output.completeExceptionally(gone);
                    fork.errors.completeExceptionally(gone);
                }
            }
        } catch (IOException _) {
            // it ends
        }
        close();
    }

    @Override
    public void close() {
        process.destroy();
        var gone = new IOException("Python has gone");
        forks.values().forEach(fork -> fork.fail(gone));
        forks.clear();
        try {
            server.close();
            Files.deleteIfExists(directory.resolve("socket"));
            Files.deleteIfExists(directory);
        } catch (IOException _) {
            // a directory is left behind
        }
    }
}
