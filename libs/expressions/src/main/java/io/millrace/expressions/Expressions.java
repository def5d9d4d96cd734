// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Compiles templates, each source once. Thread-safe; an application has one.
public final class Expressions {

    private static final int DEFAULT_CACHE_CHARS = 32 << 20;

    private final int maxCachedChars;
    private final Map<String, Template> cache = new LinkedHashMap<>(256, 0.75f, true);
    private long cachedChars;

    public Expressions() {
        this(DEFAULT_CACHE_CHARS);
    }

    /// @param maxCachedChars how many characters of source the parsed templates that are kept may
    ///   have
    public Expressions(int maxCachedChars) {
        this.maxCachedChars = maxCachedChars;
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
                cachedChars += source.length();
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
        while (cachedChars > maxCachedChars && oldest.hasNext()) {
            cachedChars -= oldest.next().length();
            oldest.remove();
        }
    }
}
