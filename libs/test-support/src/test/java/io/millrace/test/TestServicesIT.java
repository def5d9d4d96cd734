// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestServices.class)
class TestServicesIT {

    @Test
    void aDatabaseIsEmptyAndGoneAfterClose() throws SQLException {
        var database = TestDatabase.create();
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute("create table t (id int)");
        }

        assertThat(exists(database)).isTrue();
        database.close();

        assertThat(exists(database)).isFalse();
    }

    @Test
    void aClassHasOneDatabaseAndOneInstallation(
            TestDatabase first, TestDatabase second, TestBroker broker) throws Exception {
        assertThat(first).isSameAs(second);
        try (var connection = broker.connect()) {
            var channel = connection.createChannel();
            var queue = broker.topology(1).laneQueue(0);
            channel.queueDeclare(queue, true, false, false, null);
            assertThat(channel.queueDeclarePassive(queue).getMessageCount()).isZero();
        }
    }

    private static boolean exists(TestDatabase database) throws SQLException {
        try (var other = TestDatabase.create();
                var connection = other.connect();
                var query =
                        connection.prepareStatement(
                                "select 1 from pg_database where datname = ?")) {
            query.setString(1, database.name());
            try (var rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }
}
