// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// As whom scripts run. A worker that runs as root hands them to somebody who can't read its
/// environment, its files and its keys; any other worker can't.
///
/// @param first user and group of the first tenant that comes
/// @param count how many there are
/// @param areTenantsOwn whether each tenant has one of its own; otherwise all have the same
/// @param byTenant who got which: the same for all kinds of tasks
record ScriptUsers(long first, int count, boolean areTenantsOwn, Map<String, Long> byTenant) {
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    private static final Path PASSWD = Path.of("/etc/passwd");
    private static final Pattern RANGE = Pattern.compile("([1-9][0-9]{2,8})-([1-9][0-9]{2,8})");
    private static final String OF_THE_WORKER = "worker";

    /// Scripts run as the worker does.
    static final ScriptUsers NONE = new ScriptUsers(0, 0, false, Map.of());

    /// By range. Static, since each kind of task is an object of its own.
    private static final Map<String, Map<String, Long>> ASSIGNED = new ConcurrentHashMap<>();

    /// @param user of the system, and its group
    record User(long id, long group) {}

    /// `script.user`: a user's name; a range of numbers such as `70000-70999`, of which each tenant
    /// gets one; or `worker`. Without it, `nobody` where the worker is root.
    static ScriptUsers of(PluginSettings settings) {
        var wanted = settings.text("script.user").orElse("");
        if (wanted.equals(OF_THE_WORKER) || (wanted.isEmpty() && !mayChange())) {
            return NONE;
        }
        if (!mayChange()) {
            throw new IllegalArgumentException(
                    "Expected a worker that runs as root, with /usr/bin/setpriv, for script.user");
        }
        var range = RANGE.matcher(wanted);
        if (range.matches()) {
            long first = Long.parseLong(range.group(1));
            long last = Long.parseLong(range.group(2));
            if (last < first) {
                throw new IllegalArgumentException("Expected a range of users but got " + wanted);
            }
            return new ScriptUsers(
                    first,
                    (int) Math.min(1_000_000, last - first + 1),
                    true,
                    ASSIGNED.computeIfAbsent(wanted, _ -> new ConcurrentHashMap<>()));
        }
        long id = idOf(wanted.isEmpty() ? "nobody" : wanted);
        if (id <= 0) {
            if (wanted.isEmpty()) {
                return NONE;
            }
            throw new IllegalArgumentException("Expected a user other than root but got " + wanted);
        }
        return new ScriptUsers(id, 1, false, Map.of());
    }

    private static boolean mayChange() {
        try {
            return Files.isExecutable(SETPRIV)
                    && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException _) {
            return false;
        }
    }

    private static long idOf(String name) {
        try {
            for (var line : Files.readAllLines(PASSWD)) {
                var fields = line.split(":");
                if (fields.length > 3 && fields[0].equals(name)) {
                    return Long.parseLong(fields[2]);
                }
            }
            return -1;
        } catch (IOException | NumberFormatException _) {
            return -1;
        }
    }

    /// @return absent if scripts run as the worker does
    /// @throws TaskFailedException if other tenants have all there are
    @Nullable User of(String tenant) throws TaskFailedException {
        if (count == 0) {
            return null;
        }
        if (!areTenantsOwn) {
            return new User(first, first);
        }
        synchronized (byTenant) {
            var known = byTenant.get(tenant);
            if (known == null && byTenant.size() == count) {
                throw new TaskFailedException(
                        "Expected a user for each tenant but script.user has %d".formatted(count));
            }
            long id = known == null ? first + byTenant.size() : known;
            byTenant.put(tenant, id);
            return new User(id, id);
        }
    }

    /// What makes a command run as a user, without a way back.
    static List<String> as(User user) {
        return List.of(
                SETPRIV.toString(),
                "--reuid=" + user.id(),
                "--regid=" + user.group(),
                "--clear-groups",
                "--inh-caps=-all",
                "--no-new-privs",
                "--");
    }
}
