// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SourceEditTest {

    static Stream<Arguments> edits() {
        return Stream.of(
                arguments("id: a # x\n", "id: a # x\ndisabled: true\n"),
                arguments("id: a", "id: a\ndisabled: true\n"),
                arguments("disabled: false # why\nid: a\n", "disabled: true # why\nid: a\n"),
                arguments(
                        "id: é\r\n\"disabled\": \"false\"\r\n", "id: é\r\n\"disabled\": true\r\n"),
                arguments(
                        "# \uD83D\uDE80\nid: a\ndisabled:   no",
                        "# \uD83D\uDE80\nid: a\ndisabled:   true"),
                arguments("{\"id\": \"a\"}", "{\"disabled\": true, \"id\": \"a\"}"),
                arguments("{id: a, disabled: false}", "{id: a, disabled: true}"),
                arguments("---\nid: a\n", "---\nid: a\ndisabled: true\n"));
    }

    @ParameterizedTest
    @MethodSource("edits")
    void oneValueChangesAndAllElseStays(String source, String edited) {
        assertThat(SourceEdit.set(source, "disabled", "true")).isEqualTo(edited);
    }

    @Test
    void whatIsNoFlowIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceEdit.set("- a", "disabled", "true"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceEdit.set("disabled: {a: 1}", "disabled", "true"));
    }
}
