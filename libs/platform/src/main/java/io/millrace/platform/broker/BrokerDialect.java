// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.broker;

import java.util.Map;

/// What differs between the brokers that Millrace runs on; everything else it uses is alike.
public enum BrokerDialect {
    /// RabbitMQ: durable queues are quorum queues. Redelivery is unlimited, for Millrace counts
    /// failures itself and republishes to a dead queue.
    RABBITMQ(true),

    /// Apache Qpid Broker-J, which closes the connection on arguments that it doesn't know.
    EMBEDDED(false);

    private final boolean quorumQueues;

    BrokerDialect(boolean quorumQueues) {
        this.quorumQueues = quorumQueues;
    }

    /// Arguments of a durable queue that many consumers may share.
    public Map<String, Object> sharedQueue() {
        return quorumQueues ? Map.of("x-queue-type", "quorum") : Map.of();
    }

    /// Arguments of a durable queue with one active consumer at a time.
    public Map<String, Object> singleConsumerQueue() {
        return quorumQueues
                ? Map.of("x-queue-type", "quorum", "x-single-active-consumer", true)
                : Map.of("x-single-active-consumer", true);
    }
}
