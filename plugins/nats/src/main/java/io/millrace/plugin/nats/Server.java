// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.nats;

import io.millrace.plugin.Title;
import org.jspecify.annotations.Nullable;

/// Where NATS is, and as whom to come.
record Server(
        @Title("URLs of servers, separated by commas: nats://host:4222, tls://host:4222")
                String url,
        @Title("User") @Nullable String username,
        @Title("Password") @Nullable String password,
        @Title("Token, in place of a user") @Nullable String token,
        @Title("Content of a credentials file, in place of a user") @Nullable String creds) {}
