// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.broker;

import io.millrace.contracts.Codec;

/// What lies in a dead queue: the message as it came, where it came from, and why it is here.
public record DeadMessage(String exchange, String routingKey, String error, byte[] body) {
    byte[] encode() {
        return Codec.encode(this);
    }
}
