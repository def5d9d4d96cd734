// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.stream.Stream;

/// A process and all that came of it: its descendants, those of its session whose parents are gone,
/// and those that left the session but bear the task's mark in their environment.
record ProcessTree(long root, String mark) {
    private static final Path PROC = Path.of("/proc");

    /// Name of the environment variable that bears the mark.
    static final String MARK = "MILLRACE_TASK_RUN";

    /// Ends what a script has left behind in its session, so that its outputs end. What left that
    /// session on purpose goes on.
    void endSession() {
        var left = session();
        for (int round = 0; round < 50 && !left.isEmpty(); round++) {
            left.forEach(ProcessHandle::destroyForcibly);
            pause();
            left = session();
        }
    }

    private Set<ProcessHandle> session() {
        return handles(pid -> sessionOf(pid) == root);
    }

    /// Asks all processes to end, and ends those that still live after `grace`.
    void kill(Duration grace) {
        var alive = living();
        alive.forEach(ProcessHandle::destroy);
        long deadline = System.nanoTime() + grace.toNanos();
        while (!alive.isEmpty() && System.nanoTime() < deadline) {
            pause();
            alive = living();
        }
        // a process may start another between the look and the blow
        for (int round = 0; round < 10 && !alive.isEmpty(); round++) {
            alive.forEach(ProcessHandle::destroyForcibly);
            pause();
            alive = living();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    Set<ProcessHandle> living() {
        var found = new LinkedHashSet<ProcessHandle>();
        ProcessHandle.of(root)
                .filter(ProcessTree::isReallyAlive)
                .ifPresent(handle -> {
                    found.add(handle);
                    handle.descendants().filter(ProcessTree::isReallyAlive).forEach(found::add);
                });
        found.addAll(handles(this::belongs));
        return found;
    }

    private static Set<ProcessHandle> handles(LongPredicate wanted) {
        var found = new LinkedHashSet<ProcessHandle>();
        for (long pid : pids()) {
            if (wanted.test(pid)) {
                ProcessHandle.of(pid).filter(ProcessTree::isReallyAlive).ifPresent(found::add);
            }
        }
        return found;
    }

    private static List<Long> pids() {
        if (!Files.isDirectory(PROC)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(PROC)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .map(Long::valueOf)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private boolean belongs(long pid) {
        return pid != ProcessHandle.current().pid() && (sessionOf(pid) == root || bearsMark(pid));
    }

    /// Fields of /proc/pid/stat after the command, which may contain anything: state, parent,
    /// group, session.
    private static long sessionOf(long pid) {
        var fields = fieldsOf(pid);
        return fields.length > 3 ? Long.parseLong(fields[3]) : -1;
    }

    private static boolean isReallyAlive(ProcessHandle handle) {
        var fields = fieldsOf(handle.pid());
        return handle.isAlive() && (fields.length == 0 || !fields[0].equals("Z"));
    }

    private static String[] fieldsOf(long pid) {
        var stat = text(pid, "stat");
        int command = stat.lastIndexOf(')');
        return command < 0 ? new String[0] : stat.substring(command + 2).split(" ");
    }

    private boolean bearsMark(long pid) {
        return Arrays.asList(text(pid, "environ").split("\0")).contains(MARK + "=" + mark);
    }

    private static String text(long pid, String file) {
        try {
            return Files.readString(
                    PROC.resolve(Long.toString(pid)).resolve(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // it has ended, or is someone else's
        }
    }
}
