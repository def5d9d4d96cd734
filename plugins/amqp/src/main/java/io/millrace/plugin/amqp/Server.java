// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import org.jspecify.annotations.Nullable;

/// How tasks name the broker.
interface Server {
    @Nullable String url();

    @Nullable String host();

    Integer port();

    @Nullable String username();

    @Nullable String password();

    String virtualHost();
}
