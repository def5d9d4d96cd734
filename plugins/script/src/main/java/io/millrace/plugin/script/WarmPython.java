// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Python interpreters that have started and wait for their one script. Each runs one and ends with
/// it, so nothing that a script does is seen by another; a new one takes its place meanwhile.
final class WarmPython implements AutoCloseable {
    private static final String BOOTSTRAP = bootstrap();

    private final Limits limits;
    private final String command;
    private final int size;
    private final BlockingQueue<Process> waiting = new LinkedBlockingQueue<>();
    private final Semaphore filling = new Semaphore(1);
    private volatile boolean closed;
    private volatile @Nullable String executable;

    /// @param size how many wait; 0 for none
    WarmPython(Limits limits, String command, int size) {
        this.limits = limits;
        this.command = command;
        this.size = size;
    }

    /// @return absent if none waits, or the environment asks for an interpreter of its own
    @Nullable Process start(Path script, Path directory, Map<String, String> environment) {
        if (size == 0 || closed || needsOwn(environment)) {
            return null;
        }
        var process = waiting.poll();
        fill();
        while (process != null && !process.isAlive()) {
            process = waiting.poll();
        }
        if (process == null) {
            return null;
        }
        var request = new LinkedHashMap<String, Object>();
        request.put("script", script.toString());
        request.put("directory", directory.toString());
        request.put("environment", environment);
        request.put("memory", limits.memoryBytes());
        request.put("processes", limits.processes());
        request.put("fileSize", limits.fileBytes());
        try (var input = process.getOutputStream()) {
            input.write(JsonMapper.shared().writeValueAsBytes(request));
            return process;
        } catch (IOException e) {
            process.destroyForcibly();
            return null;
        }
    }

    private static boolean needsOwn(Map<String, String> environment) {
        return !Objects.equals(environment.get("PATH"), System.getenv("PATH"))
                || environment.keySet().stream()
                        .anyMatch(name -> name.startsWith("PYTHON") || name.startsWith("LD_"));
    }

    private void fill() {
        if (filling.tryAcquire()) {
            var _ =
                    Thread.ofPlatform()
                            .daemon()
                            .name("warm-python")
                            .start(
                                    () -> {
                                        try {
                                            while (!closed && waiting.size() < size) {
                                                waiting.add(spawn());
                                            }
                                        } catch (IOException | InterruptedException _) {
                                            // no Python here: the script's own start will say so
                                        } finally {
                                            filling.release();
                                        }
                                    });
        }
    }

    private Process spawn() throws IOException, InterruptedException {
        var found = executable;
        if (found == null) {
            found = findExecutable();
            executable = found;
        }
        var builder = new ProcessBuilder(found, "-u", "-c", BOOTSTRAP);
        builder.environment().clear();
        builder.environment()
                .put("PATH", Objects.requireNonNullElse(System.getenv("PATH"), "/usr/bin:/bin"));
        builder.environment().put("LANG", "C.UTF-8");
        return builder.start();
    }

    /// What the command really is: it may be a wrapper that takes longer than Python itself.
    private String findExecutable() throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(
                                List.of(command, "-c", "import sys; print(sys.executable)"))
                        .redirectErrorStream(true)
                        .start();
        var answer =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .strip();
        return process.waitFor(10, TimeUnit.SECONDS)
                        && process.exitValue() == 0
                        && !answer.isEmpty()
                ? answer
                : command;
    }

    private static String bootstrap() {
        try (var source = WarmPython.class.getResourceAsStream("bootstrap.py")) {
            return new String(
                    Objects.requireNonNull(source).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        for (var process = waiting.poll(); process != null; process = waiting.poll()) {
            process.destroyForcibly();
        }
    }
}
