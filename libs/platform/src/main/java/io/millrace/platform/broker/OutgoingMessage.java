// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.broker;

import io.millrace.contracts.Codec;

/// A message to publish.
///
/// @param persistent whether it must survive the broker
/// @param mandatory whether it is an error that no queue takes it
public record OutgoingMessage(
        String exchange, String routingKey, byte[] body, boolean persistent, boolean mandatory) {

    /// Must arrive: persistent, and refused if no queue takes it.
    public static OutgoingMessage durable(String exchange, String routingKey, Object message) {
        return new OutgoingMessage(exchange, routingKey, Codec.encode(message), true, true);
    }

    /// Persistent where a durable queue wants it; nobody needs to.
    public static OutgoingMessage event(String exchange, String routingKey, Object message) {
        return new OutgoingMessage(exchange, routingKey, Codec.encode(message), true, false);
    }

    /// For whoever listens now.
    public static OutgoingMessage transientEvent(
            String exchange, String routingKey, Object message) {
        return new OutgoingMessage(exchange, routingKey, Codec.encode(message), false, false);
    }
}
