// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Posts a text, or what the flow wants, to the webhook of a service.
abstract class IncomingWebhook extends Posting<IncomingWebhook.Properties, NoOutputs> {
    private final Channel channel;

    IncomingWebhook(Channel channel) {
        this.channel = channel;
    }

    public record Properties(
            @Title("URL of the webhook; it is a secret") String url,
            @Title("JSON as the service takes it") @Nullable String payload,
            @Title("Text, in place of `payload`") @Nullable String messageText,
            @Title("How it is sent") @Nullable RequestOptions options) {}

    @Override
    public NoOutputs run(Properties properties, TaskContext context) throws Exception {
        var body = properties.payload();
        if (body == null) {
            if (properties.messageText() == null) {
                throw new TaskFailedException("Expected `payload` or `messageText`");
            }
            body = channel.body(properties.messageText(), Look.PLAIN);
        }
        post(channel.title(), properties.url(), Map.of(), body, properties.options());
        return new NoOutputs();
    }
}
