// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

/// The log that the user reads. Lines are masked, budgeted and filtered by the task's level.
public interface TaskLog {

    enum Level {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    void write(Level level, String line);

    default void debug(String line) {
        write(Level.DEBUG, line);
    }

    default void info(String line) {
        write(Level.INFO, line);
    }

    default void warn(String line) {
        write(Level.WARN, line);
    }

    default void error(String line) {
        write(Level.ERROR, line);
    }
}
