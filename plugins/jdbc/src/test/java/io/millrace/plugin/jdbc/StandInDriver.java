// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Logger;
import net.snowflake.client.api.connection.DownloadStreamConfig;
import net.snowflake.client.api.connection.SnowflakeConnection;
import net.snowflake.client.api.connection.UploadStreamConfig;
import org.jspecify.annotations.Nullable;

/// Takes the place of Snowflake's driver, and records what its connections are asked for.
public final class StandInDriver implements Driver, InvocationHandler {
    static final List<String> CALLS = new CopyOnWriteArrayList<>();
    static final Properties TOLD = new Properties();

    private final CountDownLatch aborted = new CountDownLatch(1);

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith("jdbc:snowflake:");
    }

    @Override
    public Connection connect(String url, Properties info) {
        TOLD.clear();
        TOLD.putAll(info);
        Class<?>[] types = {Connection.class, SnowflakeConnection.class};
        return (Connection)
                Proxy.newProxyInstance(getClass().getClassLoader(), types, new StandInDriver());
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] given)
            throws Exception {
        var with = given == null ? new Object[0] : given;
        return switch (method.getName()) {
            case "unwrap" -> proxy;
            case "uploadStream" -> upload(with);
            case "downloadStream" -> download(with);
            case "abort" -> {
                aborted.countDown();
                yield null;
            }
            default -> {
                CALLS.add(method.getName());
                yield null;
            }
        };
    }

    private static @Nullable Object upload(Object[] with) throws IOException {
        var content = new String(((InputStream) with[2]).readAllBytes(), UTF_8);
        var how = (UploadStreamConfig) with[3];
        CALLS.add(
                "put '%s' into %s below %s as %s, compressed: %s"
                        .formatted(
                                content,
                                with[0],
                                how.getDestPrefix(),
                                with[1],
                                how.isCompressData()));
        return null;
    }

    private InputStream download(Object[] with) throws SQLException, InterruptedException {
        var how = (DownloadStreamConfig) with[2];
        CALLS.add("get %s of %s, decompressed: %s".formatted(with[1], with[0], how.isDecompress()));
        return switch (String.valueOf(with[1])) {
            case "none.csv" -> throw new SQLException("File not found");
            case "slow.csv" -> {
                aborted.await();
                throw new SQLException("The connection is closed");
            }
            default -> new ByteArrayInputStream("a,b\n".getBytes(UTF_8));
        };
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 4;
    }

    @Override
    public int getMinorVersion() {
        return 3;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }
}
