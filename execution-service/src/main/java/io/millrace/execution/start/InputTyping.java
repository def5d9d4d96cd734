// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.engine.FlowPlan;
import io.millrace.engine.inputs.Checks;
import io.millrace.engine.inputs.Inputs;
import io.millrace.engine.inputs.Inspected;
import io.millrace.engine.inputs.Resolution;
import io.millrace.engine.inputs.Sealer;
import io.millrace.expressions.Budget;
import io.millrace.expressions.Encrypted;
import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.model.Flow;
import io.millrace.model.Input;
import io.millrace.platform.crypto.TamperedException;
import io.millrace.platform.crypto.ValueCipher;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Inputs as given become the typed inputs of an execution.
public final class InputTyping {
    private final Expressions expressions;
    private final ValueCipher cipher;
    private final InputStores stores;

    /// @param cipher encrypts secret inputs
    /// @param stores what defaults, options and conditions may read
    public InputTyping(Expressions expressions, ValueCipher cipher, InputStores stores) {
        this.expressions = expressions;
        this.cipher = cipher;
        this.stores = stores;
    }

    /// Inputs that the flow does not take; the message is for the user.
    public static final class InvalidInputsException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient List<Resolution.Violation> violations;

        InvalidInputsException(Resolution.Violations violations) {
            super(violations.message(), null, false, false);
            this.violations = violations.all();
        }

        public String detail() {
            var message = getMessage();
            return message == null ? "" : message;
        }

        List<Resolution.Violation> violations() {
            return violations;
        }
    }

    /// @param given by input id, text or typed
    /// @throws InvalidInputsException if they don't fit
    public Map<String, @Nullable Object> ofValues(
            FlowPlan plan, String tenant, String executionId, Map<String, @Nullable Object> given) {
        return switch (resolve(plan, plan.flow().inputs(), tenant, executionId, given)) {
            case Resolution.Resolved(var inputs, _) -> inputs;
            case Resolution.Violations violations -> throw new InvalidInputsException(violations);
        };
    }

    /// @param inputs of the flow, or of a task that is resumed
    Resolution resolve(
            FlowPlan plan,
            List<Input> inputs,
            String tenant,
            String executionId,
            Map<String, @Nullable Object> given) {
        if (inputs.isEmpty()) {
            return new Resolution.Resolved(Map.of(), java.util.Set.of());
        }
        return Inputs.resolve(
                inputs,
                given,
                expressions,
                context(plan, tenant, executionId),
                new TenantSealer(cipher, tenant));
    }

    /// The default of a secret input, encrypted, for one who must not know it.
    ///
    /// @param seen the inputs that it may read, typed; those that it depends on are among them
    /// @throws ExpressionException if it can't be rendered or isn't accepted
    @Nullable Object secretDefault(
            FlowPlan plan, String tenant, String executionId, String id, Map<?, ?> seen) {
        var given = new LinkedHashMap<String, @Nullable Object>();
        seen.forEach((key, value) -> given.put(String.valueOf(key), value));
        var wanted =
                plan.flow().inputs().stream()
                        .filter(input -> input.id().equals(id) || isGiven(given, input.id()))
                        .toList();
        if (wanted.stream().noneMatch(i -> i.id().equals(id) && i.type() == Input.Type.SECRET)) {
            throw new ExpressionException("Expected '%s' to be a secret input".formatted(id));
        }
        var functions = stores.of(plan, tenant, executionId);
        var resolution =
                Inputs.resolve(
                        wanted,
                        given,
                        expressions,
                        context(plan, tenant, executionId).withFunctions(functions),
                        new TenantSealer(cipher, tenant));
        var away = functions.away();
        if (away != null) {
            throw away;
        }
        return switch (resolution) {
            case Resolution.Resolved(var inputs, _) -> at(inputs, id);
            case Resolution.Violations violations ->
                    throw new ExpressionException(
                            violations.all().stream()
                                    .filter(violation -> violation.input().equals(id))
                                    .map(Resolution.Violation::message)
                                    .findFirst()
                                    .orElseGet(violations::message));
        };
    }

    private static boolean isGiven(Map<String, @Nullable Object> given, String id) {
        return at(given, id) != null;
    }

    /// The value of an input; dots in its id are maps.
    private static @Nullable Object at(Map<String, @Nullable Object> inputs, String id) {
        @Nullable Object value = inputs;
        for (var name : id.split("\\.", -1)) {
            value = value instanceof Map<?, ?> map ? map.get(name) : null;
        }
        return value;
    }

    /// Encrypts what is secret among typed inputs and isn't yet.
    @SuppressWarnings("unchecked") // inputs with dots in their ids are maps of texts to values
    public Map<String, @Nullable Object> sealed(
            FlowPlan plan, String tenant, Map<String, @Nullable Object> typed) {
        Map<String, @Nullable Object> sealed = typed;
        for (var input : plan.flow().inputs()) {
            if (input.type() != Input.Type.SECRET) {
                continue;
            }
            var path = input.id().split("\\.", -1);
            if (!(at(typed, input.id()) instanceof String secret)) {
                continue;
            }
            sealed = new LinkedHashMap<String, @Nullable Object>(sealed);
            Map<String, @Nullable Object> owner = sealed;
            for (int i = 0; i < path.length - 1; i++) {
                var inner =
                        new LinkedHashMap<String, @Nullable Object>(
                                (Map<String, @Nullable Object>)
                                        Objects.requireNonNull(owner.get(path[i])));
                owner.put(path[i], inner);
                owner = inner;
            }
            owner.put(path[path.length - 1], Encrypted.of(cipher.seal(tenant, secret)));
        }
        return sealed;
    }

    /// What would become of each input; nothing is stored or refused.
    List<Inspected> inspect(
            FlowPlan plan,
            List<Input> inputs,
            String tenant,
            String executionId,
            Map<String, @Nullable Object> given) {
        return Inputs.inspect(inputs, given, expressions, context(plan, tenant, executionId));
    }

    /// The flow's checks that don't hold with these inputs.
    ///
    /// @param typed as [#ofValues] gives them; a check can't read secrets
    List<Flow.Check> failedChecks(
            FlowPlan plan, String tenant, String executionId, Map<String, @Nullable Object> typed) {
        return Checks.failed(
                plan.flow().checks(), typed, expressions, context(plan, tenant, executionId));
    }

    private RenderContext context(FlowPlan plan, String tenant, String executionId) {
        return RenderContext.of(plan.variablesAhead(tenant, executionId))
                .withFunctions(stores.of(plan, tenant, executionId))
                .withBudget(Budget.LANE);
    }

    private record TenantSealer(ValueCipher cipher, String tenant) implements Sealer {
        @Override
        public String seal(String text) {
            return cipher.seal(tenant, text);
        }

        @Override
        public boolean opens(String ciphertext) {
            try {
                cipher.open(tenant, ciphertext);
                return true;
            } catch (TamperedException _) {
                return false;
            }
        }
    }
}
