// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import io.millrace.plugin.Default;
import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// Where the broker is, and as whom to come.
record Server(
        @Title("URL such as amqp://host:5672/vhost, in place of the parts") @Nullable String url,
        @Title("Host") @Nullable String host,
        @Title("Port") @Default("5672") Integer port,
        @Title("User") @Nullable String username,
        @Title("Password") @Nullable String password,
        @Title("Virtual host") @Default("/") String virtualHost) {}
