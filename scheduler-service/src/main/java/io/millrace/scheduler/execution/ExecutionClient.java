// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.execution;

import io.millrace.contracts.Codec;
import io.millrace.contracts.Job;
import io.millrace.contracts.LaneEvent;
import io.millrace.platform.http.InternalClients;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

/// Asks over HTTP.
@Component
class ExecutionClient implements Executions {
    private static final int MOST_STATES = 5_000;
    private static final int WAIT_SECONDS = 2;
    private static final ParameterizedTypeReference<Map<String, @Nullable Object>> DOCUMENT =
            new ParameterizedTypeReference<>() {};
    private static final ParameterizedTypeReference<Map<String, String>> TEXTS =
            new ParameterizedTypeReference<>() {};

    private static final ParameterizedTypeReference<List<StartBatches.Result>> RESULTS =
            new ParameterizedTypeReference<>() {};

    private final RestClient client;
    private final StartBatches starts = new StartBatches(this::startAll);

    ExecutionClient(InternalClients clients) {
        this.client = clients.client("execution");
    }

    @Override
    public Optional<Context> context(String tenant, String executionId) {
        try {
            return Optional.ofNullable(
                    client.get()
                            .uri("/internal/executions/{tenant}/{id}/context", tenant, executionId)
                            .retrieve()
                            .body(Context.class));
        } catch (HttpClientErrorException.NotFound _) {
            return Optional.empty();
        }
    }

    @Override
    public Map<String, String> states(Collection<String> executionIds) {
        var states = new HashMap<String, String>();
        var ids = List.copyOf(executionIds);
        for (int from = 0; from < ids.size(); from += MOST_STATES) {
            var answer =
                    client.post()
                            .uri("/internal/executions/states")
                            .contentType(MediaType.APPLICATION_JSON)
                            .body(ids.subList(from, Math.min(ids.size(), from + MOST_STATES)))
                            .retrieve()
                            .body(TEXTS);
            states.putAll(Objects.requireNonNullElse(answer, Map.of()));
        }
        return states;
    }

    @Override
    public Map<String, @Nullable Object> start(
            String executionId, LaneEvent.ExecutionRequested request) {
        return starts.start(executionId, request);
    }

    private List<StartBatches.Result> startAll(byte[] body) {
        var answer =
                client.post()
                        .uri("/internal/executions")
                        .contentType(MediaType.APPLICATION_OCTET_STREAM)
                        .body(body)
                        .retrieve()
                        .body(RESULTS);
        return Objects.requireNonNullElse(answer, List.of());
    }

    @Override
    public String store(TriggerFile file, byte[] content) {
        var stored =
                client.put()
                        .uri(
                                "/internal/executions/{tenant}/{id}/files/{number}"
                                        + "?namespace={namespace}&flowId={flow}&name={name}",
                                file.tenant(),
                                file.executionId(),
                                file.number(),
                                file.namespace(),
                                file.flowId(),
                                file.name())
                        .contentType(MediaType.APPLICATION_OCTET_STREAM)
                        .body(content)
                        .retrieve()
                        .body(TEXTS);
        return Objects.requireNonNull(stored == null ? null : stored.get("uri"), "uri");
    }

    @Override
    public void dispatch(Job job, @Nullable String group) {
        client.post()
                .uri(uri -> {
                    uri.path("/internal/trigger-jobs");
                    if (group != null) {
                        uri.queryParam("group", "{group}");
                        return uri.build(group);
                    }
                    return uri.build();
                })
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .body(Codec.encode(job))
                .retrieve()
                .toBodilessEntity();
    }

    @Override
    public Map<String, @Nullable Object> await(String tenant, String executionId) {
        var found =
                client.get()
                        .uri(
                                "/internal/executions/{tenant}/{id}?waitSeconds={seconds}",
                                tenant,
                                executionId,
                                WAIT_SECONDS)
                        .retrieve()
                        .body(DOCUMENT);
        return Objects.requireNonNullElse(found, Map.of());
    }
}
