// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TaskEditTest {
    private static final String SOURCE =
            """
            id: f # a name
            namespace: n
            tasks:
              - id: seq
                type: io.kestra.plugin.core.flow.Sequential
                tasks:
                  # the first
                  - id: one
                    type: io.kestra.plugin.core.debug.Return
                    format: |
                      text

                      more

                  # the second
                  - {id: two, type: io.kestra.plugin.core.debug.Return, format: "a } b"} # inline
            triggers: []
            """;

    @Test
    void taskTakesThePlaceOfTheOtherAndCommentsStay() {
        var edited =
                TaskEdit.replace(
                        SOURCE,
                        "one",
                        "{\"id\": \"one\", \"type\": \"t\", \"format\": \"a\\nb\", \"list\": [1, \"1\"]}");

        assertThat(edited)
                .contains(
                        """
                        id: f # a name
                        namespace: n
                        tasks:
                          - id: seq
                            type: io.kestra.plugin.core.flow.Sequential
                            tasks:
                              # the first
                              - id: one
                                type: t
                                format: |-
                                  a
                                  b
                                list:
                                  - 1
                                  - '1'

                              # the second
                              - {id: two, type: io.kestra.plugin.core.debug.Return, format: "a } b"} # inline
                        triggers: []
                        """);
    }

    @Test
    void taskInBracesIsReplacedInBraces() {
        var edited = TaskEdit.replace(SOURCE, "two", "id: two\ntype: t\nformat: x");

        assertThat(edited.orElseThrow())
                .contains("      - {id: two, type: t, format: x} # inline\ntriggers: []\n");
    }

    @Test
    void lastTaskOfASourceIsReplaced() {
        var source = "id: f\nnamespace: n\ntasks:\n- id: one\n  type: t\n  format: x";

        assertThat(TaskEdit.replace(source, "one", "{id: one, type: u}"))
                .contains("id: f\nnamespace: n\ntasks:\n- id: one\n  type: u");
    }

    @Test
    void unknownTaskIsToldFromOneWithAnotherId() {
        assertThat(TaskEdit.replace(SOURCE, "six", "{id: six, type: t}")).isEmpty();
        assertThatThrownBy(() -> TaskEdit.replace(SOURCE, "six", "{id: two, type: t}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("six");
        assertThatThrownBy(() -> TaskEdit.replace(SOURCE, "one", "[1]"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void jsonIsWrittenAsPeopleWriteIt() {
        assertThat(
                        YamlWriter.ofJson(
                                "{\"id\": \"f\", \"text\": \"a\\nb\", \"number\": 1.5, \"of\": \"true\"}"))
                .isEqualTo("id: f\ntext: |-\n  a\n  b\nnumber: 1.5\nof: 'true'\n");
        assertThat(YamlWriter.ofJson("id: f")).isNull();
        assertThat(YamlWriter.ofJson("{")).isNull();
    }
}
