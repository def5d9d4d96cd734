// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.broker;

import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import io.millrace.contracts.Codec;
import java.io.IOException;

/// A message that came, to be acknowledged once its effect is durable. After a lost connection the
/// acknowledgement is void, and the broker delivers it again.
public final class Delivery {
    private final Channel channel;
    private final long tag;
    private final String queue;
    private final String exchange;
    private final String routingKey;
    private final boolean redelivered;
    private final byte[] body;

    Delivery(
            Channel channel,
            long tag,
            String queue,
            String exchange,
            String routingKey,
            boolean redelivered,
            byte[] body) {
        this.channel = channel;
        this.tag = tag;
        this.queue = queue;
        this.exchange = exchange;
        this.routingKey = routingKey;
        this.redelivered = redelivered;
        this.body = body;
    }

    public String queue() {
        return queue;
    }

    public String exchange() {
        return exchange;
    }

    public String routingKey() {
        return routingKey;
    }

    public boolean redelivered() {
        return redelivered;
    }

    public byte[] body() {
        return body;
    }

    public int size() {
        return body.length;
    }

    public <T> T as(Class<T> type) {
        return Codec.decode(body, type);
    }

    public void ack() {
        acknowledge(false);
    }

    /// Acknowledges this and all that came before it on the same subscription.
    public void ackUpToHere() {
        acknowledge(true);
    }

    /// Gives it back to the queue, for this consumer or another.
    public void requeue() {
        try {
            channel.basicReject(tag, true);
        } catch (AlreadyClosedException _) {
            // the broker has it back already
        } catch (IOException e) {
            throw new BrokerUnavailableException("Could not give back a message of " + queue, e);
        }
    }

    private void acknowledge(boolean multiple) {
        try {
            channel.basicAck(tag, multiple);
        } catch (AlreadyClosedException _) {
            // the broker has it back already and delivers it again
        } catch (IOException e) {
            throw new BrokerUnavailableException("Could not acknowledge on " + queue, e);
        }
    }
}
