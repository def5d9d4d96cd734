// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.plugin.TaskFailedException;
import io.millrace.test.FakeContext;
import io.millrace.test.Tasks;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against the ansible-inventory of this machine.
class FleetInventoryIT {
    private static final String INVENTORY =
            """
            [web]
            web[1:3] port=80
            [db]
            db1 port=5432
            [old]
            web3
            [prod:children]
            web
            db
            """;

    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    private Map<String, @Nullable Object> run(Object... properties) throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(new FleetInventory(), context, all);
    }

    private static List<?> names(Map<String, @Nullable Object> outputs) {
        return ((List<?>) requireNonNull(outputs.get("targets")))
                .stream().map(target -> ((Map<?, ?>) target).get("name")).toList();
    }

    private static void needsAnsible() {
        boolean installed =
                Arrays.stream(String.valueOf(System.getenv("PATH")).split(File.pathSeparator))
                        .anyMatch(d -> Files.isExecutable(Path.of(d, "ansible-inventory")));
        assumeTrue(installed, "Ansible is installed (ansible-core)");
    }

    @Test
    void hostsOfAnAnsibleInventoryHaveTheirVariables() throws Exception {
        needsAnsible();

        var outputs = run("ansible", INVENTORY, "hosts", "prod:!old");

        assertThat(names(outputs)).isEqualTo(List.of("web1", "web2", "db1"));
        assertThat(String.valueOf(outputs.get("targets"))).contains("{name=db1, port=5432}");
        assertThat(outputs).containsEntry("count", 3);
        assertThat(String.valueOf(outputs.get("groups"))).contains("db=[db1]");
        assertThat(context.text(URI.create(String.valueOf(outputs.get("uri")))))
                .startsWith("{\"name\":\"web1\",");
    }

    @Test
    void anInventoryThatCantBeReadFailsTheTask() {
        needsAnsible();

        assertThatThrownBy(() -> run("ansible", "[web\nno: [inventory"))
                .isInstanceOf(TaskFailedException.class);
    }

    @Test
    void rowsListsAndFilesAreInventoriesToo() throws Exception {
        context.store("kestra:///rows", "{\"host\":\"a\",\"n\":1}\n{\"host\":\"b\",\"n\":2}\n");
        context.store("kestra:///names", "# all of them\na\n\nb\n");
        context.store("kestra:///answer", "[{\"hostname\": \"a\"}, {\"hostname\": \"b\"}]");

        for (var from :
                List.of(
                        "kestra:///rows",
                        "kestra:///names",
                        "kestra:///answer",
                        List.of("a", "b"),
                        "[\"a\", \"b\"]",
                        Map.of("a", Map.of("n", 1)))) {
            assertThat(names(run("from", from)))
                    .describedAs(from.toString())
                    .isEqualTo(from instanceof Map ? List.of("a") : List.of("a", "b"));
        }
        assertThat(run("from", "kestra:///rows").get("targets"))
                .isEqualTo(
                        List.of(
                                Map.of("name", "a", "host", "a", "n", 1),
                                Map.of("name", "b", "host", "b", "n", 2)));
        assertThat(names(run("from", "kestra:///rows", "nameField", "n", "hosts", "1")))
                .isEqualTo(List.of("1"));
        assertThat(names(run("from", List.of("web1", "web2", "db1"), "hosts", "web*,!web2")))
                .isEqualTo(List.of("web1"));
    }

    @Test
    void whatIsNoFleetIsSaid() {
        assertThatThrownBy(() -> run()).hasMessage("Expected either ansible or from");
        assertThatThrownBy(() -> run("from", List.of("a", "a")))
                .hasMessage("Expected each target once but a is there twice");
        assertThatThrownBy(() -> run("from", List.of(Map.of("x", 1))))
                .hasMessageContaining("row 1 has none; set nameField");
        assertThatThrownBy(() -> run("from", List.of("a"), "hosts", "b"))
                .hasMessage("Expected a host or group 'b' but there is none");
    }

    @Test
    void manyTargetsAreAFileAlone() throws Exception {
        var many = new StringBuilder();
        for (int i = 0; i <= FleetInventory.MOST_INLINE; i++) {
            many.append("h").append(i).append('\n');
        }

        var outputs = run("from", many.toString());

        assertThat(outputs.get("targets")).isNull();
        assertThat(outputs).containsEntry("count", FleetInventory.MOST_INLINE + 1);
    }
}
