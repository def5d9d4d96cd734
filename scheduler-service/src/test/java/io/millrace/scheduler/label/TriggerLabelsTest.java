// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.label;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.LaneEvent;
import io.millrace.expressions.Expressions;
import io.millrace.expressions.RenderContext;
import io.millrace.model.LogLevel;
import io.millrace.model.Trigger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TriggerLabelsTest {
    @Test
    void aLabelThatCannotBeRenderedIsLeftOut() {
        var trigger =
                new Trigger(
                        "t",
                        "io.kestra.plugin.core.trigger.Schedule",
                        null,
                        false,
                        List.of(),
                        null,
                        Map.of(),
                        Map.of("plain", "a", "empty", "{{ null }}", "broken", "{{ nowhere }}"),
                        List.of(),
                        LogLevel.INFO,
                        null,
                        Map.of());

        var labels = TriggerLabels.rendered(new Expressions(), trigger, RenderContext.of(Map.of()));

        assertThat(labels)
                .containsExactlyInAnyOrder(
                        new LaneEvent.Label("plain", "a"), new LaneEvent.Label("empty", ""));
    }
}
