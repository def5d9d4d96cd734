// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.Rows;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs the statements of a task, in a transaction where there are several or rows are read.
final class SqlTask {
    private final Databases databases;

    SqlTask(PluginSettings settings) {
        databases = new Databases(settings);
    }

    /// What the statements gave.
    ///
    /// @param files that they wrote, if some were asked for
    record Result(
            List<Rows.Result> results, @Nullable Map<String, URI> files, @Nullable URI database) {}

    /// @param several whether the SQL is more than one statement
    Result run(QueryProperties properties, TaskContext context, boolean several) throws Exception {
        return run(properties, properties.fetched(FetchType.NONE), context, several);
    }

    /// @param type what becomes of the rows
    /// @param several whether the SQL is more than one statement
    Result run(QueryProperties properties, FetchType type, TaskContext context, boolean several)
            throws Exception {
        var local = LocalDatabase.prepare(properties, context);
        var sql = context.render(properties.sql(), local.variables());
        var after =
                properties.afterSQL() == null
                        ? null
                        : context.render(properties.afterSQL(), local.variables());
        var statements = several ? Sql.split(sql) : List.of(sql);
        var results = new ArrayList<Rows.Result>();
        try (var session =
                new Session(
                        databases.open(new At(properties, local.url()), context),
                        Databases.isInProcess(local.url()),
                        properties,
                        context)) {
            boolean wanted =
                    several ? properties.transaction() : type != FetchType.NONE || after != null;
            boolean transaction = wanted && session.begin();
            for (var statement : statements) {
                results.add(session.run(statement, type));
            }
            if (after != null) {
                for (var statement : Sql.split(after)) {
                    session.run(statement, FetchType.NONE);
                }
            }
            if (transaction) {
                session.commit();
            }
        } catch (SQLException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            throw new TaskFailedException(String.valueOf(e.getMessage()), e);
        }
        long size = results.stream().mapToLong(Rows.Result::size).sum();
        if (type != FetchType.NONE) {
            context.count("fetch.size", (double) size, Map.of());
        }
        return new Result(results, local.storeOutputs(), local.storeDatabase());
    }

    /// The same database at another place.
    private record At(QueryProperties as, @Nullable String url) implements Connecting {
        @Override
        public @Nullable String username() {
            return as.username();
        }

        @Override
        public @Nullable String password() {
            return as.password();
        }

        @Override
        public @Nullable Map<String, String> properties() {
            return as.properties();
        }

        @Override
        public Tls tls() {
            return as.tls();
        }

        @Override
        public boolean loadsFile() {
            return as.inputFile() != null;
        }
    }
}
