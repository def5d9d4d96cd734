// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mongodb;

import io.millrace.plugin.Title;

/// What tasks name.
interface Target {
    Connection connection();

    String database();

    String collection();

    /// @param uri such as `mongodb://user:password@host:27017/`
    record Connection(@Title("URI with user and password") String uri) {}
}
