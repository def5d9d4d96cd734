// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.Cancelling;
import java.sql.SQLException;
import java.util.Map;

/// What tasks with files of Snowflake's stages share: a connection that a kill ends.
abstract class StageTask<P extends Record & StageAccess.Of, O extends Record>
        implements TaskPlugin<P, O> {
    private Databases databases = new Databases(new PluginSettings(Map.of()));

    @Override
    public void start(PluginSettings settings) {
        databases = new Databases(settings);
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        var access = properties.access();
        if (!Hosts.kind(access.url().strip()).equals("snowflake")) {
            throw new TaskFailedException(
                    "Expected a URL such as jdbc:snowflake://account.snowflakecomputing.com");
        }
        try (var connection = databases.open(access, context);
                var _ = Cancelling.closes(() -> connection.abort(Runnable::run), context)) {
            return work(new Stage(connection, access.stageName()), properties, context);
        } catch (SQLException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            throw new TaskFailedException(String.valueOf(e.getMessage()), e);
        } catch (NoClassDefFoundError e) {
            throw new TaskFailedException(
                    "Expected version 4 of Snowflake's driver, or a newer", e);
        }
    }

    abstract O work(Stage stage, P properties, TaskContext context) throws Exception;
}
