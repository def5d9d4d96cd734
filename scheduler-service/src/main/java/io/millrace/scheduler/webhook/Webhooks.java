// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.webhook;

import io.millrace.contracts.LaneEvent;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.model.ExecutionId;
import io.millrace.model.Trigger;
import io.millrace.platform.problem.ServiceException;
import io.millrace.scheduler.condition.ConditionContext;
import io.millrace.scheduler.condition.Conditions;
import io.millrace.scheduler.execution.Executions;
import io.millrace.scheduler.label.TriggerLabels;
import io.millrace.scheduler.question.Asker;
import io.millrace.scheduler.question.StoreAwayException;
import io.millrace.scheduler.question.Stores;
import io.millrace.scheduler.question.TriggerFunctions;
import io.millrace.scheduler.schedule.FlowInputs;
import io.millrace.scheduler.trigger.CurrentFlows;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/// Starts executions by webhooks.
@Service
class Webhooks {
    static final String TYPE = "io.kestra.plugin.core.trigger.Webhook";

    private static final Logger log = LoggerFactory.getLogger(Webhooks.class);
    private static final Set<String> ENDED =
            Set.of("SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "SKIPPED", "RETRIED");

    private final CurrentFlows flows;
    private final WebhookKeys keys;
    private final KnownCalls calls;
    private final Executions executions;
    private final Conditions conditions;
    private final Expressions expressions;
    private final FlowInputs inputs;
    private final Stores stores;
    private final WebhookProperties properties;
    private final Clock clock;

    Webhooks(
            CurrentFlows flows,
            WebhookKeys keys,
            KnownCalls calls,
            Executions executions,
            Conditions conditions,
            Expressions expressions,
            FlowInputs inputs,
            Stores stores,
            WebhookProperties properties,
            Clock clock) {
        this.flows = flows;
        this.keys = keys;
        this.calls = calls;
        this.executions = executions;
        this.conditions = conditions;
        this.expressions = expressions;
        this.inputs = inputs;
        this.stores = stores;
        this.properties = properties;
        this.clock = clock;
    }

    /// What the caller gets.
    ///
    /// @param contentType absent for JSON
    record Answer(int status, @Nullable Object body, @Nullable String contentType) {}

    /// @return nothing if the trigger's conditions don't hold
    /// @throws ServiceException.NotFound if there is no such webhook: neither flow, nor key
    Optional<Answer> call(WebhookCall came) {
        var found =
                flows.find(came.tenant(), came.namespace(), came.flowId())
                        .orElseThrow(() -> notFound(came));
        var trigger = trigger(found, came);
        var wanted = wanted(found, trigger).orElse(null);
        var signed = wanted == null ? null : signature(found, trigger, wanted, came);
        // what an execution gets to see is kept, and seen by many
        var call =
                wanted != null && signed != null && signed.isSecret()
                        ? came.without(wanted.header())
                        : came;
        var fetch = fetch(trigger);
        var form = FormParts.of(call.contentType(), call.body()).orElse(null);
        var variables = call.variables(fetch == Fetch.FETCH, form);
        if (form != null) {
            variables.put("parts", parts(form, null));
        }
        var now = clock.instant();
        if (!holds(found, trigger, variables, functions(found, newId(now)))) {
            return Optional.empty();
        }
        var id = executionId(found, trigger, call, signed, now);
        if (form != null) {
            variables.put("parts", parts(form, (n, part) -> store(found, id, n, part)));
        } else if (fetch == Fetch.STORE && call.body().length > 0) {
            variables.put("uri", store(found, id, 0, bodyOf(call)));
        }
        var request = request(found, trigger, variables, id, now);
        var execution = executions.start(id, request);
        if (signed != null && signed.at() != null) {
            calls.remember(callOf(found, trigger, signed), new KnownCalls.Known(id, ""));
        }
        return Optional.of(answer(found, trigger, id, execution));
    }

    private static ServiceException.NotFound notFound(WebhookCall call) {
        return new ServiceException.NotFound(
                "Not Found: Flow not found: " + call.namespace() + "." + call.flowId());
    }

    /// All triggers are compared, so that time tells nothing.
    private Trigger trigger(CurrentFlows.Found found, WebhookCall call) {
        Trigger matching = null;
        for (var trigger : found.triggers()) {
            var key = trigger.properties().get("key");
            if (trigger.type().equals(TYPE)
                    && key != null
                    && keys.matches(found, key.toString(), call.key())) {
                matching = trigger;
            }
        }
        if (matching == null) {
            throw notFound(call);
        }
        return matching;
    }

    // ---- bodies

    private enum Fetch {
        FETCH,
        STORE,
        NONE
    }

    private Fetch fetch(Trigger trigger) {
        var written = trigger.properties().get("fetchType");
        if (written == null) {
            return Fetch.FETCH;
        }
        try {
            return Fetch.valueOf(String.valueOf(written));
        } catch (IllegalArgumentException _) {
            throw new ServiceException.Refused(
                    "fetchType: expected FETCH, STORE or NONE but got " + written);
        }
    }

    private static FormParts.FilePart bodyOf(WebhookCall call) {
        return new FormParts.FilePart("body", "body", call.contentType(), call.body());
    }

    /// Puts a file where it can be read.
    private interface Storing {
        String uri(int number, FormParts.FilePart file);
    }

    /// What expressions see of files.
    ///
    /// @param storing absent as long as it isn't clear that an execution will have them
    private static List<Map<String, @Nullable Object>> parts(
            FormParts form, @Nullable Storing storing) {
        var parts = new ArrayList<Map<String, @Nullable Object>>();
        for (var file : form.files()) {
            var part = new LinkedHashMap<String, @Nullable Object>();
            part.put("name", file.name());
            part.put("filename", file.fileName());
            part.put("contentType", file.contentType());
            part.put("size", file.content().length);
            if (storing != null) {
                part.put("uri", storing.uri(parts.size(), file));
            }
            parts.add(part);
        }
        return parts;
    }

    private String store(
            CurrentFlows.Found found, String executionId, int number, FormParts.FilePart file) {
        return executions.store(
                new Executions.TriggerFile(
                        found.tenant(),
                        found.namespace(),
                        found.flowId(),
                        executionId,
                        number,
                        file.fileName()),
                file.content());
    }

    // ---- signatures

    private Optional<Signature> wanted(CurrentFlows.Found found, Trigger trigger) {
        try {
            return Signature.read(trigger.properties().get("signature"));
        } catch (IllegalArgumentException e) {
            flows.complain(found, trigger, String.valueOf(e.getMessage()));
            throw new ServiceException.Unauthenticated("Expected a signature");
        }
    }

    private Signature.Given signature(
            CurrentFlows.Found found, Trigger trigger, Signature wanted, WebhookCall call) {
        var given =
                wanted.of(call)
                        .orElseThrow(() ->
                                new ServiceException.Unauthenticated(
                                        "Expected a signature in " + wanted.header()));
        boolean right = false;
        for (var secret : wanted.secrets()) {
            right |= keys.isSignature(found, secret, given);
        }
        if (!right) {
            throw new ServiceException.Unauthenticated("The signature is wrong");
        }
        if (!wanted.isTimely(given, clock.instant())) {
            throw new ServiceException.Unauthenticated(
                    "The signature is too old, or of the future");
        }
        if (given.at() != null && calls.isKnown(callOf(found, trigger, given))) {
            throw new ServiceException.Conflict("This request was taken before");
        }
        return given;
    }

    private static String callOf(CurrentFlows.Found found, Trigger trigger, Signature.Given given) {
        return "signature\0" + found.seed(trigger) + "\0" + given.hex();
    }

    /// The same for requests that are one: of one signature, or one key of idempotency.
    private String executionId(
            CurrentFlows.Found found,
            Trigger trigger,
            WebhookCall call,
            Signature.@Nullable Given signed,
            Instant now) {
        var key = call.header("Idempotency-Key").orElse(null);
        if (key == null) {
            return signed != null && signed.at() != null
                    ? ExecutionId.derived(signed.at(), callOf(found, trigger, signed)).value()
                    : newId(now);
        }
        if (key.isBlank() || key.length() > 255) {
            throw new ServiceException.Invalid(
                    "Idempotency-Key", "Expected an Idempotency-Key of 1 to 255 characters");
        }
        var id = newId(now);
        var content = KnownCalls.hash(call.body()) + call.parameters().hashCode();
        var known =
                calls.remember(
                        "key\0" + found.seed(trigger) + "\0" + key,
                        new KnownCalls.Known(id, content));
        if (!known.content().equals(content)) {
            throw new ServiceException.Refused("This Idempotency-Key was used for another request");
        }
        return known.executionId();
    }

    // ---- what is started

    private boolean holds(
            CurrentFlows.Found found,
            Trigger trigger,
            Map<String, @Nullable Object> variables,
            TriggerFunctions functions) {
        var all = new ArrayList<>(trigger.conditions());
        if (trigger.when() != null) {
            all.add(Conditions.expression(trigger.when()));
        }
        try {
            return conditions
                    .all(all)
                    .holds(new ConditionContext(seen(found, variables), null, functions));
        } catch (StoreAwayException e) {
            throw e.unavailable();
        } catch (ExpressionException | IllegalArgumentException e) {
            log.atInfo()
                    .addKeyValue("namespace", found.namespace())
                    .addKeyValue("flow", found.flowId())
                    .addKeyValue("trigger", trigger.id())
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("Conditions of a webhook can't be told");
            return false;
        }
    }

    /// Asks as the flow may, for an execution that isn't there yet.
    private TriggerFunctions functions(CurrentFlows.Found found, String executionId) {
        return TriggerFunctions.asking(
                stores,
                new Asker(
                        found.tenant(),
                        found.namespace(),
                        found.flowId(),
                        found.revision(),
                        executionId));
    }

    private static String newId(Instant now) {
        return ExecutionId.random(now, ThreadLocalRandom.current()).value();
    }

    private static Map<String, ?> seen(
            CurrentFlows.Found found, Map<String, @Nullable Object> variables) {
        return Map.of(
                "trigger", variables,
                "flow", Map.of("id", found.flowId(), "namespace", found.namespace()),
                "labels", found.flow().labels(),
                "vars", found.flow().variables());
    }

    private LaneEvent.ExecutionRequested request(
            CurrentFlows.Found found,
            Trigger trigger,
            Map<String, @Nullable Object> variables,
            String executionId,
            Instant now) {
        var functions = functions(found, executionId);
        var seen =
                RenderContext.of(seen(found, variables))
                        .withClock(() -> now)
                        .withFunctions(functions);
        var labels = new ArrayList<LaneEvent.Label>();
        Map<String, @Nullable Object> resolved;
        try {
            labels.addAll(TriggerLabels.rendered(expressions, trigger, seen));
            var given = new LinkedHashMap<String, @Nullable Object>();
            trigger.inputs()
                    .forEach((id, value) ->
                            given.put(id, expressions.compileTree(value).render(seen)));
            resolved =
                    trigger.inputs().isEmpty()
                            ? inputs.resolveWhatCanBe(found.flow(), given, now, functions)
                            : inputs.resolve(found.flow(), given, now, functions);
        } catch (StoreAwayException e) {
            throw e.unavailable();
        } catch (ExpressionException | IllegalArgumentException e) {
            throw new ServiceException.Invalid("inputs", String.valueOf(e.getMessage()));
        }
        return LaneEvent.ExecutionRequested.of(
                        found.tenant(),
                        found.namespace(),
                        found.flowId(),
                        found.revision(),
                        "trigger:" + trigger.id())
                .inputs(resolved)
                .labels(List.copyOf(labels))
                .trigger(new LaneEvent.Trigger(trigger.id(), trigger.type(), variables))
                .build();
    }

    // ---- the answer

    private Answer answer(
            CurrentFlows.Found found,
            Trigger trigger,
            String id,
            Map<String, @Nullable Object> execution) {
        if (!flag(trigger, "wait")) {
            return new Answer(200, execution, null);
        }
        var until = clock.instant().plus(properties.waitAtMost());
        var latest = execution;
        while (!ENDED.contains(stateOf(latest)) && clock.instant().isBefore(until)) {
            try {
                latest = executions.await(found.tenant(), id);
            } catch (ServiceException.Unavailable e) {
                // it has begun: whoever is told to try again would start another
                LockSupport.parkNanos(e.retryAfter().toNanos());
            }
        }
        int status = status(found, trigger, latest);
        if (!flag(trigger, "returnOutputs")) {
            return new Answer(status, latest, null);
        }
        var outputs = latest.get("outputs") instanceof Map<?, ?> map ? map : Map.of();
        if ("text/plain".equals(trigger.properties().get("responseContentType"))) {
            // a single text is the answer itself
            var only = outputs.size() == 1 ? outputs.values().iterator().next() : null;
            return new Answer(status, only instanceof String ? only : outputs, "text/plain");
        }
        return new Answer(status, outputs, null);
    }

    private int status(
            CurrentFlows.Found found, Trigger trigger, Map<String, @Nullable Object> execution) {
        int usual = stateOf(execution).equals("FAILED") ? 500 : 200;
        var written = trigger.properties().get("responseCode");
        if (written == null) {
            return usual;
        }
        var variables = new LinkedHashMap<String, @Nullable Object>();
        variables.put("outputs", execution.getOrDefault("outputs", Map.of()));
        variables.put(
                "execution", Map.of("id", "" + execution.get("id"), "state", stateOf(execution)));
        variables.put("flow", Map.of("id", found.flowId(), "namespace", found.namespace()));
        try {
            int status =
                    Integer.parseInt(
                            expressions
                                    .render(
                                            String.valueOf(written),
                                            RenderContext.of(variables)
                                                    .withFunctions(
                                                            functions(
                                                                    found,
                                                                    "" + execution.get("id"))))
                                    .strip());
            return status >= 200 && status < 600 ? status : usual;
        } catch (NumberFormatException | ExpressionException | StoreAwayException _) {
            return usual;
        }
    }

    private static String stateOf(Map<String, @Nullable Object> execution) {
        return execution.get("state") instanceof Map<?, ?> state
                ? String.valueOf(state.get("current"))
                : "";
    }

    private static boolean flag(Trigger trigger, String property) {
        return Boolean.parseBoolean(String.valueOf(trigger.properties().get(property)));
    }
}
