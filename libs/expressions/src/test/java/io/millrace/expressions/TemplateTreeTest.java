// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplateTreeTest {

    private static final RenderContext CONTEXT = RenderContext.of(Map.of("a", "1", "b", "2"));

    private final Expressions expressions = new Expressions();

    @Test
    void everyTextIsRenderedAndAllElseIsKept() {
        var source = new LinkedHashMap<String, Object>();
        source.put("z", "{{ a }}");
        source.put("{{ b }}", List.of("x{{ b }}", 7, Map.of("deep", "{{ a }}{{ b }}")));
        source.put("flag", true);

        var rendered = expressions.compileTree(source).render(CONTEXT);

        var expected = new LinkedHashMap<String, Object>();
        expected.put("z", "1");
        expected.put("2", List.of("x2", 7, Map.of("deep", "12")));
        expected.put("flag", true);
        assertThat(rendered).isEqualTo(expected);
        assertThat(((Map<?, ?>) java.util.Objects.requireNonNull(rendered)).keySet().toString())
                .isEqualTo("[z, 2, flag]");
    }

    @Test
    void nullsAreKept() {
        var source = Arrays.asList(null, "{{ a }}", null);

        assertThat(expressions.compileTree(source).render(CONTEXT))
                .isEqualTo(Arrays.asList(null, "1", null));
    }

    @Test
    void readsAreThoseOfAllTemplates() {
        var tree = expressions.compileTree(List.of("{{ a.x }}", Map.of("k", "{{ b }}")));

        assertThat(tree.reads().paths())
                .containsExactlyInAnyOrder(Reads.Path.of("a", "x"), Reads.Path.of("b"));
        assertThat(tree.laneSafe()).isTrue();
    }

    @Test
    void constantsAreNotCopied() {
        var source = Map.of("k", List.of("text", 1));

        var tree = expressions.compileTree(source);

        assertThat(tree.isConstant()).isTrue();
        assertThat(tree.render(CONTEXT)).isSameAs(source);
    }

    @Test
    void allTextsShareOneBudget() {
        var source = java.util.Collections.nCopies(100, "{{ range(1, 1000) | join('') }}");
        var budget = new Budget(1_000_000, 100_000, 1_000_000, 10, java.time.Duration.ofSeconds(5));

        assertThatExceptionOfType(BudgetExceededException.class)
                .isThrownBy(
                        () -> expressions.compileTree(source).render(CONTEXT.withBudget(budget)));
    }

    @Test
    void problemsAreThoseOfTheBrokenTemplates() {
        var tree = expressions.compileTree(List.of("{{ a", "{{ b }}", "{% x %}"));

        assertThat(tree.problems()).hasSize(2);
    }
}
