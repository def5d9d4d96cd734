// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tells what became of an execution, to the webhook of a service.
abstract class ExecutionMessage extends Posting<ExecutionMessage.Properties, NoOutputs> {
    private final Channel service;

    ExecutionMessage(Channel service) {
        this.service = service;
    }

    public record Properties(
            @Title("URL of the webhook; it is a secret") String url,
            @Title("Execution; the one that started this one, or this one, if absent")
                    @Nullable String executionId,
            @Title("What is said first") @Nullable String customMessage,
            @Title("What else is said") @Nullable Map<String, @Nullable Object> customFields,
            @Title("Channel, where the service takes one") @Nullable String channel,
            @Title("Name of the sender, where the service takes one") @Nullable String username) {}

    @Override
    public NoOutputs run(Properties properties, TaskContext context) throws Exception {
        var text =
                ExecutionText.of(
                        properties.executionId(),
                        properties.customMessage(),
                        properties.customFields(),
                        context);
        var body = service.body(text.lines(), properties.channel(), properties.username());
        http().send("POST", properties.url(), Map.of(), body).orFail(service.title());
        return new NoOutputs();
    }
}
