// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import io.millrace.test.FakeContext;
import io.millrace.test.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RealtimeTriggerIT {
    private static final FakeContext CONTEXT = new FakeContext(Path.of("."));

    @Test
    void aMessageIsTakenOnceItsExecutionIsCertain() throws Exception {
        try (var broker = TestBroker.create();
                var connection = broker.connect();
                var channel = connection.createChannel()) {
            var queue =
                    channel.queueDeclare("trigger-it", false, false, false, Map.of()).getQueue();
            for (var id : List.of("m1", "m2")) {
                channel.basicPublish(
                        "",
                        queue,
                        new AMQP.BasicProperties.Builder().messageId(id).build(),
                        "{\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
            var heard = new CopyOnWriteArrayList<String>();
            var dies = new AtomicBoolean(true);
            var url = broker.uri().toString();
            var properties =
                    new RealtimeTrigger.Properties(
                            new Server(url, null, 5672, null, null, "/"),
                            queue,
                            "JSON",
                            "test",
                            false);

            var first = listen(properties, heard, dies);
            await().atMost(Duration.ofSeconds(20)).until(() -> !first.isAlive());
            dies.set(false);
            var second = listen(properties, heard, dies);
            await().atMost(Duration.ofSeconds(20)).until(() -> heard.size() >= 3);
            second.interrupt();
            second.join();

            // what the first heard and didn't take came again
            assertThat(heard).containsExactly("m1 {a=1}", "m1 {a=1}", "m2 {a=1}");
            assertThat(channel.queueDelete(queue).getMessageCount()).isZero();
        }
    }

    private static Thread listen(
            RealtimeTrigger.Properties properties, List<String> heard, AtomicBoolean dies) {
        return Thread.ofVirtual()
                .start(() -> {
                    try (var trigger = new RealtimeTrigger()) {
                        trigger.listen(
                                properties,
                                (id, message) -> {
                                    heard.add(id + " " + message.data());
                                    if (dies.get()) {
                                        throw new InterruptedException("killed here");
                                    }
                                },
                                CONTEXT);
                    } catch (Exception _) {
                        // it has ended
                    }
                });
    }
}
