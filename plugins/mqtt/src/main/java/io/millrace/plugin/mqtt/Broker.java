// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mqtt;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How tasks name the broker and who asks.
interface Broker {
    String server();

    @Nullable String clientId();

    @Nullable String username();

    @Nullable String password();

    Duration connectionTimeout();

    @Nullable String crt();

    Boolean httpsHostnameVerificationEnabled();

    String mqttVersion();
}
