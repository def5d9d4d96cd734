// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Inline;
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
            @Title("JSON as the service takes it, in place of all that") @Nullable String payload,
            @Inline Look look,
            @Title("How it is sent") @Nullable RequestOptions options) {}

    @Override
    public NoOutputs run(Properties properties, TaskContext context) throws Exception {
        var body = properties.payload();
        if (body == null || body.isBlank()) {
            body = said(properties, context);
        }
        post(service.title(), properties.url(), Map.of(), body, properties.options());
        return new NoOutputs();
    }

    private String said(Properties properties, TaskContext context) {
        var text =
                ExecutionText.of(
                        properties.executionId(),
                        properties.customMessage(),
                        properties.customFields(),
                        context);
        return service.body(text.lines(), properties.look());
    }
}
