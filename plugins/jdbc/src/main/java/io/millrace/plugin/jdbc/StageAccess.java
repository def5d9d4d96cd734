// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which stage of Snowflake, and who asks.
record StageAccess(
        @Title("JDBC URL: jdbc:snowflake://account.snowflakecomputing.com") String url,
        @Title("User") @Nullable String username,
        @Title("Password") @Nullable String password,
        @Title("What else the driver is told") @Nullable Map<String, String> properties,
        @Title("Stage, or table whose stage it is, such as @database.schema.%table")
                String stageName,
        @Inline Snowflake snowflake)
        implements Connecting {

    /// What tasks name.
    interface Of {
        StageAccess access();
    }

    @Override
    public @Nullable Map<String, String> properties() {
        return snowflake.and(properties);
    }

    @Override
    public @Nullable Tls tls() {
        return null;
    }
}
