// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import io.millrace.plugin.Title;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a message appears. Each service takes some of it.
record Look(
        @Title("Channel, where the service takes one") @Nullable String channel,
        @Title("Name of the sender, where the service takes one") @Nullable String username,
        @Title("URL of the sender's picture: Slack, Zulip") @Nullable String iconUrl,
        @Title("The sender's picture, such as :robot_face: Slack, Zulip")
                @Nullable String iconEmoji,
        @Title("URL of the sender's picture: Discord") @Nullable String avatarUrl,
        @Title("Title of the card: Teams") @Nullable String activityTitle,
        @Title("What stands below it: Teams") @Nullable String activitySubtitle,
        @Title("Without effect: cards of Teams have no colour any more")
                @Nullable String themeColor,
        @Title("What is said first: Google Chat") @Nullable String text,
        @Title("What is said first: Discord") @Nullable String content,
        @Title("Boxes beside the text: Discord") @Nullable List<Embed> embedList) {
    static final Look PLAIN =
            new Look(null, null, null, null, null, null, null, null, null, null, null);

    /// A box of Discord.
    ///
    /// @see <a href="https://discord.com/developers/docs/resources/message#embed-object">Embed</a>
    public record Embed(
            @Title("Title") @Nullable String title,
            @Title("Where the title leads") @Nullable String websiteUrl,
            @Title("Text") @Nullable String description,
            @Title("URL of a small picture") @Nullable String thumbnail,
            @Title("Author") @Nullable String authorName,
            @Title("Red, green and blue, from 0 to 255") @Nullable List<Integer> color,
            @Title("What stands below") @Nullable String footer) {

        Map<String, Object> asJson() {
            var json = new LinkedHashMap<String, Object>();
            Channel.put(json, "title", title);
            Channel.put(json, "url", websiteUrl);
            Channel.put(json, "description", description);
            if (thumbnail != null) {
                json.put("thumbnail", Map.of("url", thumbnail));
            }
            if (authorName != null) {
                json.put("author", Map.of("name", authorName));
            }
            if (color != null && color.size() == 3) {
                json.put("color", (color.get(0) << 16) + (color.get(1) << 8) + color.get(2));
            }
            if (footer != null) {
                json.put("footer", Map.of("text", footer));
            }
            return json;
        }
    }

    /// What is said before what a task says by itself.
    @Nullable String first() {
        return text != null ? text : content;
    }
}
