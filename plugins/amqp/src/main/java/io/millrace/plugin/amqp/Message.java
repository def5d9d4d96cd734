// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.amqp;

import io.millrace.plugin.Title;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A message as executions see it.
public record Message(
        @Title("Id of the message") @Nullable String messageId,
        @Title("Content type") @Nullable String contentType,
        @Title("Content encoding") @Nullable String contentEncoding,
        @Title("Headers") Map<String, @Nullable Object> headers,
        @Title("Type of the message") @Nullable String type,
        @Title("Application that sent it") @Nullable String appId,
        @Title("When it was sent") @Nullable String timestamp,
        @Title("Body") @Nullable Object data) {}
