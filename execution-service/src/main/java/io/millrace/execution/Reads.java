// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Access to the store for what users read: connections of their own, and a time limit for each
/// statement, so that no list can starve the lanes.
public final class Reads implements AutoCloseable {
    private final HikariDataSource pool;
    private final JdbcClient jdbc;

    Reads(HikariDataSource pool, DataSource walled) {
        this.pool = pool;
        this.jdbc = JdbcClient.create(walled);
    }

    public JdbcClient jdbc() {
        return jdbc;
    }

    @Override
    public void close() {
        pool.close();
    }
}
