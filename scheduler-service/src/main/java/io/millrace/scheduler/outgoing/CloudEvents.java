// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.outgoing;

import io.millrace.contracts.FeedEvent;
import io.millrace.contracts.LaneEvent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Events of executions as CloudEvents 1.0 in JSON. They say what happened to which execution, and
/// nothing of what it was given or has made: who may know that asks for it.
final class CloudEvents {
    private static final JsonMapper JSON = JsonMapper.shared();

    private CloudEvents() {}

    /// The same for the same event, however often and by whomever it is heard.
    static String id(String executionId, String state, Instant at) {
        return executionId + "-" + state.toLowerCase(Locale.ROOT) + "-" + at.toEpochMilli();
    }

    static String of(FeedEvent event, FeedEvent.Change change, String state, Instant at) {
        var data = new LinkedHashMap<String, @Nullable Object>();
        data.put("tenant", event.tenant());
        data.put("namespace", event.namespace());
        data.put("flowId", change.flowId());
        data.put("revision", change.revision());
        data.put("executionId", change.executionId());
        data.put("state", state);
        if (change.startedAt() != null) {
            data.put("startedAt", change.startedAt().toString());
        }
        data.put("at", at.toString());
        data.put(
                "labels",
                change.labels().stream()
                        .collect(
                                Collectors.toMap(
                                        LaneEvent.Label::key,
                                        LaneEvent.Label::value,
                                        (_, last) -> last,
                                        LinkedHashMap::new)));
        if (change.trigger() != null) {
            data.put("triggerId", change.trigger().id());
        }
        if (change.firstFailedTask() != null) {
            data.put("firstFailedTaskId", change.firstFailedTask());
        }
        return written(
                id(change.executionId(), state, at),
                "/api/v1/" + event.tenant() + "/executions",
                "io.millrace.execution." + state.toLowerCase(Locale.ROOT),
                change.executionId(),
                at,
                data);
    }

    /// What a subscriber is told to see whether he takes it.
    static String test(Subscription.Key to, String id, Instant at) {
        var data = new LinkedHashMap<String, @Nullable Object>();
        data.put("tenant", to.tenant());
        data.put("namespace", to.namespace());
        data.put("subscription", to.id());
        return written(
                id,
                "/api/v1/%s/namespaces/%s/subscriptions".formatted(to.tenant(), to.namespace()),
                "io.millrace.subscription.test",
                to.id(),
                at,
                data);
    }

    private static String written(
            String id,
            String source,
            String type,
            String subject,
            Instant at,
            Map<String, @Nullable Object> data) {
        var cloudEvent = new LinkedHashMap<String, @Nullable Object>();
        cloudEvent.put("specversion", "1.0");
        cloudEvent.put("id", id);
        cloudEvent.put("source", source);
        cloudEvent.put("type", type);
        cloudEvent.put("subject", subject);
        cloudEvent.put("time", at.toString());
        cloudEvent.put("datacontenttype", "application/json");
        cloudEvent.put("data", data);
        return JSON.writeValueAsString(cloudEvent);
    }
}
