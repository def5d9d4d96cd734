// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.EgressPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;

/// What tasks about a cluster share: a client that a kill closes, and errors in words.
abstract class AdminTask<P extends Record & AdminTask.Server, O extends Record>
        implements TaskPlugin<P, O> {
    private EgressPolicy egress = EgressPolicy.of(new PluginSettings(Map.of()));

    /// What tasks name.
    interface Server {
        Map<String, String> properties();
    }

    @Override
    public void start(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        var settings = ClientSettings.of(properties.properties(), egress, context);
        var admin = admin(settings);
        try (AutoCloseable _ = () -> admin.close(Duration.ofSeconds(2))) {
            return work(admin, properties, context);
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw cause instanceof TimeoutException
                    ? ClientSettings.noAnswer(settings, cause)
                    : failure(cause);
        }
    }

    private static Admin admin(Map<String, Object> settings) throws TaskFailedException {
        try {
            return Admin.create(settings);
        } catch (KafkaException e) {
            throw ClientSettings.failure("Unable to reach Kafka", e);
        }
    }

    private static TaskFailedException failure(Throwable cause) {
        return new TaskFailedException("Kafka refuses: " + cause.getMessage(), cause);
    }

    abstract O work(Admin admin, P properties, TaskContext context)
            throws ExecutionException, InterruptedException, TaskFailedException;
}
