// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mqtt;

import io.millrace.plugin.Default;
import io.millrace.plugin.Title;

/// What is listened to.
record Subscription(
        @Title("Topic such as orders/#, or a list of topics") Object topic,
        @Title(
                        "0, 1 or 2: how surely they come; 2 is listened to as 1, or a worker that dies loses some")
                @Default("1")
                Integer qos,
        @Title("What payloads are; one that isn't JSON is a text then, too") @Default("JSON")
                Serde serdeType) {}
