// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench;

import io.millrace.contracts.Topology;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.regex.Pattern;

/// What the suite has cost so far, as the database, the services and the system count it.
final class Counters {
    /// @param url JDBC URL with the services' schemas
    record Database(String url, String user, String password) {}

    /// @param commits transactions committed in the database
    /// @param walBytes write-ahead log written by the whole server
    /// @param storedBytes size of the execution-service's tables with their indexes
    record Snapshot(long commits, long walBytes, long storedBytes) {
        Snapshot minus(Snapshot earlier) {
            return new Snapshot(
                    commits - earlier.commits,
                    walBytes - earlier.walBytes,
                    storedBytes - earlier.storedBytes);
        }
    }

    private final Database database;
    private final URI broker;
    private final String installation;

    /// @param installation prefix of all names on the broker
    Counters(Database database, URI broker, String installation) {
        this.database = database;
        this.broker = broker;
        this.installation = installation;
    }

    /// The counts as they are once the database has published its statistics.
    Snapshot snapshot() {
        Client.pause(Duration.ofMillis(1500)); // sessions report theirs once a second, when idle
        try (var sql =
                        DriverManager.getConnection(
                                database.url(), database.user(), database.password());
                var statement = sql.createStatement();
                var row =
                        statement.executeQuery(
                                """
                                select (select xact_commit from pg_stat_database
                                         where datname = current_database()),
                                       pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint,
                                       (select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint
                                          from pg_class c join pg_namespace n on n.oid = c.relnamespace
                                         where n.nspname = 'execution' and c.relkind in ('r', 'p'))
                                """)) {
            row.next();
            return new Snapshot(row.getLong(1), row.getLong(2), row.getLong(3));
        } catch (SQLException e) {
            throw new BenchException("The database can't be asked: " + e.getMessage(), e);
        }
    }

    /// Counts the messages that pass the installation's exchanges from now on.
    MessageTap tapMessages() {
        return new MessageTap(broker, new Topology(installation, 1));
    }

    /// Seconds of processor time, of all processes and of those that take part in the measurement.
    ///
    /// @param busy all but idle and waiting for disks
    /// @param ours the suite, its database and broker, and this process
    record Processor(double busy, double ours) {
        private static final Pattern OURS =
                Pattern.compile("io\\.millrace\\.|postgres|beam\\.smp|erl_child_setup");

        static Processor now() {
            try {
                var fields =
                        Files.readAllLines(Path.of("/proc/stat")).getFirst().trim().split(" +");
                double busy = 0;
                for (int i = 1; i < fields.length && i <= 8; i++) {
                    if (i != 4 && i != 5) {
                        busy += Long.parseLong(fields[i]);
                    }
                }
                return new Processor(busy / 100, oursSeconds());
            } catch (IOException e) {
                return new Processor(0, 0); // a system without /proc
            }
        }

        /// Share of one processor that others took between two looks.
        double othersSince(Processor earlier, double seconds) {
            return Math.max(0, (busy - earlier.busy) - (ours - earlier.ours)) / seconds;
        }

        private static double oursSeconds() {
            return ProcessHandle.allProcesses()
                    .filter(p -> p.info().commandLine().filter(OURS.asPredicate()).isPresent())
                    .mapToDouble(
                            p -> p.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3)
                    .sum();
        }
    }
}
