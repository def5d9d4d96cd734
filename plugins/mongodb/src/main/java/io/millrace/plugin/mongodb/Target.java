// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mongodb;

import io.millrace.plugin.Title;

/// The collection that tasks work on.
record Target(
        @Title("How the server is reached") Connection connection,
        @Title("Database") String database,
        @Title("Collection") String collection) {

    /// @param uri such as `mongodb://user:password@host:27017/`
    public record Connection(@Title("URI with user and password") String uri) {}

    /// What tasks name.
    interface At {
        Target target();
    }
}
