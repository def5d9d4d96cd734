// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.Reads;
import io.millrace.expressions.RenderContext;
import io.millrace.expressions.TemplateTree;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Properties that are rendered before a task begins. A syntax error in one of them shows when they
/// are rendered, so that it fails the task and not the flow.
final class Rendering {
    static final Rendering NOTHING = new Rendering(Map.of(), null, null);

    private final Map<String, @Nullable Object> source;
    private final @Nullable TemplateTree tree;
    private final @Nullable ExpressionException broken;

    private Rendering(
            Map<String, @Nullable Object> source,
            @Nullable TemplateTree tree,
            @Nullable ExpressionException broken) {
        this.source = source;
        this.tree = tree;
        this.broken = broken;
    }

    static Rendering of(Expressions expressions, Map<String, @Nullable Object> source) {
        if (source.isEmpty()) {
            return NOTHING;
        }
        try {
            return new Rendering(source, expressions.compileTree(source), null);
        } catch (ExpressionException e) {
            return new Rendering(source, null, e);
        }
    }

    Map<String, @Nullable Object> source() {
        return source;
    }

    boolean isEmpty() {
        return source.isEmpty();
    }

    /// Whether one of its templates has a syntax error.
    boolean isBroken() {
        return broken != null;
    }

    boolean laneSafe() {
        return tree == null || tree.laneSafe();
    }

    Reads reads() {
        return tree == null ? Reads.NOTHING : tree.reads();
    }

    /// @throws ExpressionException if it can't be rendered
    @SuppressWarnings("unchecked") // a map is rendered to a map
    Map<String, @Nullable Object> render(RenderContext context) {
        if (broken != null) {
            throw new ExpressionException(String.valueOf(broken.getMessage()), broken);
        }
        if (tree == null || tree.isConstant()) {
            return source;
        }
        var rendered = tree.render(context);
        return rendered == null ? Values.NONE : (Map<String, @Nullable Object>) rendered;
    }
}
