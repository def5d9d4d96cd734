// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.mqtt;

import static java.util.Objects.requireNonNull;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.EgressPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;

/// What comes from the broker, in order; it is told of each message once that is dealt with.
final class Inbox implements MqttCallback, AutoCloseable {
    /// With 2 the broker forgets a message before it is dealt with: this client has it then, in its
    /// memory, and a worker that dies takes it along.
    private static final int MOST_SURE = 1;

    private final BlockingQueue<Arrived> arrived = new LinkedBlockingQueue<>();

    /// Who comes faster than what takes it waits.
    private final Semaphore room = new Semaphore(1000);

    private @Nullable Connection connection;

    /// A message, or the end of the connection.
    record Arrived(String topic, Optional<MqttMessage> message) {}

    /// @param name of the client, if the broker is to keep what comes while nobody listens
    static Inbox open(
            Broker broker, @Nullable String name, Subscription subscription, EgressPolicy egress)
            throws TaskFailedException {
        var inbox = new Inbox();
        var connection = Connection.open(broker, name, inbox, egress);
        inbox.connection = connection;
        try {
            for (var topic :
                    subscription.topic() instanceof List<?> list
                            ? list
                            : List.of(subscription.topic())) {
                connection
                        .client()
                        .subscribe(String.valueOf(topic), Math.min(subscription.qos(), MOST_SURE))
                        .waitForCompletion(connection.patience());
            }
            return inbox;
        } catch (MqttException e) {
            inbox.close();
            throw Connection.failure("The broker refuses the subscription", e);
        } catch (IllegalArgumentException e) {
            inbox.close();
            throw new TaskFailedException(
                    "Expected a topic such as orders/# : " + e.getMessage(), e);
        }
    }

    /// The next message.
    ///
    /// @param time how long to wait; for ever if absent
    /// @return none if none comes in that time
    /// @throws TaskFailedException if the connection has ended
    @Nullable Arrived next(@Nullable Duration time)
            throws InterruptedException, TaskFailedException {
        var next =
                time == null
                        ? arrived.take()
                        : arrived.poll(time.toMillis(), TimeUnit.MILLISECONDS);
        if (next != null && next.message().isEmpty()) {
            throw new TaskFailedException("The connection to the broker has ended");
        }
        if (next != null) {
            room.release();
        }
        return next;
    }

    /// Tells the broker that a message is dealt with.
    void done(MqttMessage message) throws TaskFailedException {
        if (message.getQos() == 0) {
            return;
        }
        try {
            requireNonNull(connection)
                    .client()
                    .messageArrivedComplete(message.getId(), message.getQos());
        } catch (MqttException e) {
            throw Connection.failure("Unable to tell the broker", e);
        }
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) throws InterruptedException {
        room.acquire();
        arrived.put(new Arrived(topic, Optional.of(message)));
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        arrived.add(new Arrived("", Optional.empty()));
    }

    @Override
    public void mqttErrorOccurred(MqttException exception) {
        // what it was doing fails with it
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
        // nothing is sent here
    }

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {
        // it waits for that
    }

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {
        // no such authentication
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
        }
    }
}
