// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is read.
interface Subscription {
    Map<String, String> properties();

    @Nullable Object topic();

    @Nullable String topicPattern();

    @Nullable String groupId();

    @Nullable String since();

    Serde keyDeserializer();

    Serde valueDeserializer();
}
