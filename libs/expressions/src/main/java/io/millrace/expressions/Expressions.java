// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compiles templates, each source once. Thread-safe; an application has one.
public final class Expressions {

    private static final int DEFAULT_CACHE_BYTES = 64 << 20;

    private final int maxCachedBytes;
    private final Map<String, Template> cache = new LinkedHashMap<>(256, 0.75f, true);
    private long cachedBytes;

    public Expressions() {
        this(DEFAULT_CACHE_BYTES);
    }

    /// @param maxCachedBytes about how much memory the parsed templates that are kept may take
    public Expressions(int maxCachedBytes) {
        this.maxCachedBytes = maxCachedBytes;
    }

    /// A source with a syntax error gives a template with a [Template#problem()], which ends each
    /// rendering.
    public Template compile(String source) {
        if (LiteralTemplate.isLiteral(source)) {
            return new LiteralTemplate(source);
        }
        synchronized (cache) {
            var cached = cache.get(source);
            if (cached != null) {
                return cached;
            }
        }
        var compiled = Compiler.compile(this, source);
        synchronized (cache) {
            if (cache.putIfAbsent(source, compiled) == null) {
                cachedBytes += bytes(source);
                evict();
            }
        }
        return compiled;
    }

    /// Compiles every text in a structure of maps and lists.
    public TemplateTree compileTree(@Nullable Object tree) {
        return TemplateTree.compile(this, tree);
    }

    /// Compiles and renders.
    ///
    /// @throws ExpressionException if it can't be parsed or rendered
    public String render(String source, RenderContext context) {
        return compile(source).render(context);
    }

    private void evict() {
        var oldest = cache.keySet().iterator();
        while (cachedBytes > maxCachedBytes && oldest.hasNext()) {
            cachedBytes -= bytes(oldest.next());
            oldest.remove();
        }
    }

    /// About what a parsed template takes: a constant part, its text, and the nodes of its
    /// expressions.
    private static long bytes(String source) {
        return 1_500L + 2L * source.length() + 60L * Syntax.expressionChars(source);
    }
}
