// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// How each service wants a text.
enum Channel {
    SLACK("Slack"),
    TEAMS("Teams"),
    GOOGLE_CHAT("Google Chat"),
    DISCORD("Discord"),
    ZULIP("Zulip");

    private final String title;

    Channel(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /// @param channel where the service takes one
    /// @param username as which it appears, where the service takes one
    String body(String text, @Nullable String channel, @Nullable String username) {
        var body = new TreeMap<String, Object>();
        switch (this) {
            case SLACK -> {
                body.put("text", text);
                put(body, "channel", channel);
                put(body, "username", username);
            }
            case GOOGLE_CHAT, ZULIP -> body.put("text", text);
            case DISCORD -> {
                body.put("content", text);
                put(body, "username", username);
            }
            case TEAMS -> {
                var block = Map.of("type", "TextBlock", "text", text, "wrap", true);
                var card =
                        Map.of(
                                "type", "AdaptiveCard",
                                "version", "1.4",
                                "$schema", "http://adaptivecards.io/schemas/adaptive-card.json",
                                "body", List.of(block));
                body.put("type", "message");
                body.put(
                        "attachments",
                        List.of(
                                Map.of(
                                        "contentType",
                                        "application/vnd.microsoft.card.adaptive",
                                        "content",
                                        card)));
            }
        }
        return JsonMapper.shared().writeValueAsString(body);
    }

    private static void put(Map<String, Object> body, String name, @Nullable String value) {
        if (value != null) {
            body.put(name, value);
        }
    }
}
