// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.tenancy;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/// Hands out connections that see the rows of the present [TenantScope] alone.
final class WalledDataSource extends DelegatingDataSource {
    private final TenantWall wall;

    WalledDataSource(DataSource target, TenantWall wall) {
        super(target);
        this.wall = wall;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return wall.enter(super.getConnection());
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return wall.enter(super.getConnection(user, password));
    }
}
