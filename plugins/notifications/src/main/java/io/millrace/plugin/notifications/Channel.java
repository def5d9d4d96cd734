// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.notifications.Look.Embed;
import java.util.ArrayList;
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

    /// What is posted.
    String body(String message, Look look) {
        var first = look.first();
        var text = first == null ? message : first + "\n" + message;
        var body = new TreeMap<String, Object>();
        switch (this) {
            case SLACK, ZULIP -> {
                body.put("text", text);
                put(body, "channel", look.channel());
                put(body, "username", look.username());
                put(body, "icon_url", look.iconUrl());
                put(body, "icon_emoji", look.iconEmoji());
            }
            case GOOGLE_CHAT -> body.put("text", text);
            case DISCORD -> {
                body.put("content", text);
                put(body, "username", look.username());
                put(body, "avatar_url", look.avatarUrl());
                if (look.embedList() != null) {
                    body.put("embeds", look.embedList().stream().map(Embed::asJson).toList());
                }
            }
            case TEAMS -> {
                body.put("type", "message");
                body.put("attachments", List.of(card(text, look)));
            }
        }
        return JsonMapper.shared().writeValueAsString(body);
    }

    private static Map<String, Object> card(String text, Look look) {
        var blocks = new ArrayList<Map<String, Object>>();
        if (look.activityTitle() != null) {
            blocks.add(block(look.activityTitle(), Map.of("weight", "bolder", "size", "medium")));
        }
        if (look.activitySubtitle() != null) {
            blocks.add(block(look.activitySubtitle(), Map.of("isSubtle", true)));
        }
        blocks.add(block(text, Map.of()));
        return Map.of(
                "contentType",
                "application/vnd.microsoft.card.adaptive",
                "content",
                Map.of(
                        "type", "AdaptiveCard",
                        "version", "1.4",
                        "$schema", "http://adaptivecards.io/schemas/adaptive-card.json",
                        "body", blocks));
    }

    private static Map<String, Object> block(String text, Map<String, Object> style) {
        var block = new TreeMap<>(style);
        block.put("type", "TextBlock");
        block.put("text", text);
        block.put("wrap", true);
        return block;
    }

    static void put(Map<String, Object> body, String name, @Nullable String value) {
        if (value != null) {
            body.put(name, value);
        }
    }
}
