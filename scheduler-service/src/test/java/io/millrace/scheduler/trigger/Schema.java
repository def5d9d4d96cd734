// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import io.millrace.test.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.postgresql.ds.PGSimpleDataSource;

/// The tables of this service without the service.
public final class Schema {
    private Schema() {}

    public static void create(TestDatabase database) throws SQLException, IOException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("create schema scheduler; set search_path = scheduler");
            for (var file :
                    List.of(
                            "/db/platform/outbox.sql",
                            "/db/scheduler/changelog.sql",
                            "/db/scheduler/flow-triggers.sql",
                            "/db/scheduler/webhooks.sql",
                            "/db/scheduler/backfills.sql",
                            "/db/scheduler/polls.sql",
                            "/db/scheduler/outgoing.sql")) {
                try (var changes = Schema.class.getResourceAsStream(file)) {
                    statement.execute(
                            new String(
                                    Objects.requireNonNull(changes).readAllBytes(),
                                    StandardCharsets.UTF_8));
                }
            }
        }
    }

    public static PGSimpleDataSource source(TestDatabase database) {
        var source = (PGSimpleDataSource) database.dataSource();
        source.setCurrentSchema("scheduler");
        return source;
    }
}
