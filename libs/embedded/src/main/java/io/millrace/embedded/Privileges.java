// SPDX-License-Identifier: Apache-2.0
package io.millrace.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// PostgreSQL refuses to run as root. Where we are root it runs in a user namespace, in which it
/// isn't, or else as the user `nobody`.
final class Privileges {
    private Privileges() {}

    /// What to put before a command that must not run as root; nothing if we aren't.
    ///
    /// @param data directory that the command owns
    static List<String> drop(Path data) {
        if (!"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        if (succeeds("unshare", "-U", "true")) {
            return List.of("unshare", "-U");
        }
        var directory = data.getParent();
        if (directory == null
                || !succeeds("chown", "-R", "nobody", directory.toString())
                || !succeeds("setpriv", "--reuid=nobody", "--clear-groups", "true")) {
            throw new EmbeddedException(
                    "The embedded PostgreSQL can't run as root here: run as another user, or set"
                            + " MILLRACE_POSTGRES_URL to a real one");
        }
        return List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups");
    }

    private static boolean succeeds(String... command) {
        try {
            var output = Files.createTempFile("millrace-command", ".log");
            try {
                var process =
                        new ProcessBuilder(command)
                                .redirectErrorStream(true)
                                .redirectOutput(output.toFile())
                                .start();
                return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
