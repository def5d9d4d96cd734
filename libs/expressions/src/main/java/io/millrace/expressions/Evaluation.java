// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One rendering under way. Belongs to one thread.
final class Evaluation {

    private final Expressions expressions;
    private final RenderContext context;
    private final Meter meter;
    private Scope scope;
    private int line;

    /// How many elements each structure has that the template has made, nested ones included.
    private @Nullable IdentityHashMap<Object, Long> weights;

    Evaluation(Expressions expressions, RenderContext context, Meter meter) {
        this.expressions = expressions;
        this.context = context;
        this.meter = meter;
        this.scope = new Scope(context.variables());
    }

    RenderContext context() {
        return context;
    }

    Expressions expressions() {
        return expressions;
    }

    Meter meter() {
        return meter;
    }

    Scope scope() {
        return scope;
    }

    void enter(Scope inner) {
        scope = inner;
    }

    /// The line of the call or operation that was evaluated last, for error messages.
    int line() {
        return line;
    }

    void at(int line) {
        this.line = line;
    }

    Output output() {
        return new Output(meter);
    }

    /// Renders a text that is a template itself, with the variables of the context alone.
    String renderNested(String source) {
        meter.enter();
        try {
            return switch (expressions.compile(source)) {
                case LiteralTemplate literal -> literal.source();
                case CompiledTemplate compiled -> compiled.render(context, meter);
            };
        } finally {
            meter.leave();
        }
    }

    /// Meters a structure that the template has made. A structure that contains another one many
    /// times over is small in memory yet endless when it is printed or compared, so each counts as
    /// often as it occurs.
    <T extends @Nullable Object> T made(T value) {
        if (value instanceof ArrayList<?> list) {
            weigh(value, list);
        } else if (value instanceof LinkedHashMap<?, ?> || value instanceof HashMap<?, ?>) {
            weigh(value, ((Map<?, ?>) value).values());
        } else if (value instanceof String text) {
            meter.chars(text.length());
        }
        return value;
    }

    private void weigh(Object made, Collection<?> elements) {
        if (weights == null) {
            weights = new IdentityHashMap<>(8);
        }
        if (weights.containsKey(made)) {
            return;
        }
        long weight = elements.size();
        if (!weights.isEmpty()) {
            for (var element : elements) {
                if (element != null) {
                    weight += weights.getOrDefault(element, 0L);
                }
            }
        }
        meter.elements(weight);
        if (weight > 0) {
            weights.put(made, weight);
        }
    }
}
