// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.contracts.Codec;
import io.millrace.engine.FlowPlan;
import io.millrace.execution.flows.FlowDirectory;
import io.millrace.execution.flows.FlowRef;
import io.millrace.execution.flows.FlowServiceUnavailableException;
import io.millrace.execution.flows.FlowUnusableException;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.ExpressionFunctions;
import io.millrace.expressions.MissingValueException;
import io.millrace.model.ExecutionId;
import io.millrace.platform.access.Identity;
import io.millrace.platform.access.ServiceIdentity;
import io.millrace.platform.problem.ServiceException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// Functions of expressions for the scheduler, which renders triggers and reads no store: by the
/// rules for tasks of the flow, like the inputs that are rendered here (ADR 54). The scheduler
/// alone may ask, as it may for any flow.
@RestController
final class FunctionController {
    private static final String SCHEDULER = "scheduler";

    /// What a trigger reads lies in messages.
    private static final long LARGEST_FILE = 1 << 20;

    private final FlowDirectory flows;
    private final InputStores stores;
    private final InputTyping inputs;

    FunctionController(FlowDirectory flows, InputStores stores, InputTyping inputs) {
        this.flows = flows;
        this.stores = stores;
        this.inputs = inputs;
    }

    /// @param executionId of the execution that is to come of it
    /// @param function as expressions have it, or `secretDefault`
    private record Asked(
            String tenant,
            String namespace,
            String flowId,
            int revision,
            String executionId,
            String function,
            Map<String, @Nullable Object> arguments) {}

    private enum Outcome {
        VALUE,
        MISSING,
        REFUSED,
        AWAY
    }

    /// @param message why there is no value
    private record Answered(Outcome outcome, @Nullable Object value, @Nullable String message) {}

    /// A store that is away is an answer, too: the execution-service isn't, and must not count as
    /// if it were.
    @PostMapping(
            path = "/internal/expressions/functions",
            produces = MediaType.APPLICATION_JSON_VALUE)
    byte[] answer(@RequestBody byte[] body) {
        if (!(Identity.current().orElse(null) instanceof ServiceIdentity(var name))
                || !name.equals(SCHEDULER)) {
            throw new ServiceException.NotFound("Not Found: /internal/expressions/functions");
        }
        var asked = Codec.decode(body, Asked.class);
        if (!ExecutionId.isValid(asked.executionId())) {
            throw new ServiceException.Malformed("Expected the id of an execution");
        }
        return Codec.encode(answer(asked));
    }

    private Answered answer(Asked asked) {
        try {
            var plan =
                    flows.get(
                            new FlowRef(
                                    asked.tenant(),
                                    asked.namespace(),
                                    asked.flowId(),
                                    asked.revision()));
            return new Answered(Outcome.VALUE, value(plan, asked), null);
        } catch (FlowServiceUnavailableException e) {
            return new Answered(Outcome.AWAY, null, "The flow can't be looked up for now");
        } catch (FlowUnusableException e) {
            return new Answered(Outcome.REFUSED, null, e.detail());
        } catch (StoreAwayException e) {
            return new Answered(Outcome.AWAY, null, e.getMessage());
        } catch (MissingValueException e) {
            return new Answered(Outcome.MISSING, null, e.getMessage());
        } catch (ExpressionException e) {
            return new Answered(Outcome.REFUSED, null, e.getMessage());
        }
    }

    private @Nullable Object value(FlowPlan plan, Asked asked) {
        var functions = stores.of(plan, asked.tenant(), asked.executionId());
        var namespace = text(asked, "namespace");
        return switch (asked.function()) {
            case "kv" ->
                    functions.kv(
                            String.valueOf(text(asked, "key")),
                            namespace,
                            !Boolean.FALSE.equals(asked.arguments().get("errorOnMissing")));
            case "read" -> read(functions, path(asked), namespace);
            case "fileURI" -> functions.fileUri(path(asked), namespace);
            case "fileSize" -> functions.fileSize(path(asked), namespace);
            case "fileExists" -> functions.fileExists(path(asked), namespace);
            case "http" -> functions.http(asked.arguments());
            case "secretDefault" ->
                    inputs.secretDefault(
                            plan,
                            asked.tenant(),
                            asked.executionId(),
                            String.valueOf(text(asked, "input")),
                            asked.arguments().get("inputs") instanceof Map<?, ?> map
                                    ? map
                                    : Map.of());
            default ->
                    throw new ExpressionException(
                            "Function [%s] is not available here".formatted(asked.function()));
        };
    }

    private static String read(
            ExpressionFunctions functions, String path, @Nullable String namespace) {
        long bytes = functions.fileSize(path, namespace);
        if (bytes > LARGEST_FILE) {
            throw new ExpressionException(
                    "Expected a file of at most %d bytes for a trigger but '%s' has %d"
                            .formatted(LARGEST_FILE, path, bytes));
        }
        return functions.read(path, namespace);
    }

    private static String path(Asked asked) {
        return String.valueOf(text(asked, "path"));
    }

    private static @Nullable String text(Asked asked, String argument) {
        var value = asked.arguments().get(argument);
        return value == null ? null : value.toString();
    }
}
