// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import net.snowflake.client.api.connection.DownloadStreamConfig;
import net.snowflake.client.api.connection.SnowflakeConnection;
import net.snowflake.client.api.connection.UploadStreamConfig;

/// A stage of Snowflake: files beside its tables. The one class that knows the driver, which isn't
/// part of the plugin.
///
/// @param name `~`, or that of a stage or a table
record Stage(Connection connection, String name) {

    void put(InputStream content, String prefix, String file, boolean compress)
            throws SQLException {
        var config = UploadStreamConfig.builder().setDestPrefix(prefix).setCompressData(compress);
        driver().uploadStream(name, file, content, config.build());
    }

    InputStream get(String file, boolean decompress) throws SQLException {
        var config = DownloadStreamConfig.builder().setDecompress(decompress);
        return driver().downloadStream(name, file, config.build());
    }

    private SnowflakeConnection driver() throws SQLException {
        return connection.unwrap(SnowflakeConnection.class);
    }
}
