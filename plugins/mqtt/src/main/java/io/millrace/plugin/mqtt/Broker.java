// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mqtt;

import io.millrace.plugin.Default;
import io.millrace.plugin.Title;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where the broker is, and as whom to come.
record Broker(
        @Title("Broker, such as tcp://host:1883, ssl://host:8883 or wss://host/mqtt") String server,
        @Title(
                        "Name of this client, for which the broker keeps what comes meanwhile; a trigger has one of its own if absent")
                @Nullable String clientId,
        @Title("User") @Nullable String username,
        @Title("Password") @Nullable String password,
        @Title("How long to wait for the broker") @Default("PT10S") Duration connectionTimeout,
        @Title("Certificates of authorities in PEM, in place of those that Java trusts")
                @Nullable String crt,
        @Title("Whether the certificate must be of the host") @Default("true")
                Boolean httpsHostnameVerificationEnabled,
        @Title("V5: the version of MQTT") @Default("V5") String mqttVersion) {}
