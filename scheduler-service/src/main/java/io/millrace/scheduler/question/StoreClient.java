// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.question;

import io.millrace.contracts.Codec;
import io.millrace.platform.http.InternalClients;
import io.millrace.platform.problem.ServiceException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/// Asks the execution-service, which has the keys for it.
@Component
class StoreClient implements Stores {
    /// The web is given five seconds there, after two for the connection.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// Keys that change, a service of another version, too much to do: not the question's fault.
    private static final Set<Integer> MAY_PASS = Set.of(401, 403, 404, 408, 425, 429);

    private final RestClient client;

    StoreClient(InternalClients clients) {
        // of its own: slow answers of the web must not hold up what is asked of executions
        this.client = clients.client("execution", "functions", PATIENCE);
    }

    private record Asked(
            String tenant,
            String namespace,
            String flowId,
            int revision,
            String executionId,
            String function,
            Map<String, @Nullable Object> arguments) {}

    /// @param outcome `VALUE`, `MISSING`, `REFUSED` or `AWAY`
    private record Answered(String outcome, @Nullable Object value, @Nullable String message) {}

    @Override
    public Answer ask(Asker asker, Question question) {
        Answered answer;
        try {
            var body =
                    client.post()
                            .uri("/internal/expressions/functions")
                            .contentType(MediaType.APPLICATION_JSON)
                            .body(
                                    Codec.encode(
                                            new Asked(
                                                    asker.tenant(),
                                                    asker.namespace(),
                                                    asker.flowId(),
                                                    asker.revision(),
                                                    asker.executionId(),
                                                    question.function(),
                                                    question.arguments())))
                            .retrieve()
                            .body(byte[].class);
            answer = Codec.decode(body == null ? new byte[0] : body, Answered.class);
        } catch (ServiceException.Unavailable e) {
            throw new StoreAwayException(e.detail());
        } catch (HttpClientErrorException e) {
            if (MAY_PASS.contains(e.getStatusCode().value())) {
                throw new StoreAwayException("No answer for '%s'".formatted(question.function()));
            }
            return new Answer.Refused(
                    "The question of '%s' can't be asked: %s"
                            .formatted(question.function(), e.getStatusCode()));
        } catch (RestClientException e) {
            throw new StoreAwayException("No answer for '%s'".formatted(question.function()));
        }
        var message = String.valueOf(answer.message());
        return switch (answer.outcome()) {
            case "VALUE" -> new Answer.Value(answer.value());
            case "MISSING" -> new Answer.Missing(message);
            case "REFUSED" -> new Answer.Refused(message);
            default -> throw new StoreAwayException(message);
        };
    }
}
