// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.Tasks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Scripts that say when an execution starts.
class TriggersTest {
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeEach
    void begin() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        context = new FakeContext(Files.createDirectory(directory.resolve("task")));
    }

    /// Looks once, for an execution of this id.
    private Map<String, @Nullable Object> look(
            String executionId, TaskPlugin<?, ?> trigger, Object... properties) throws Exception {
        context.executionId = executionId;
        var all = new HashMap<String, @Nullable Object>();
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        try (trigger) {
            return Tasks.run(trigger, context, all);
        }
    }

    @Test
    void anExitCodeStartsOneExecutionUntilItWasAnotherAgain() throws Exception {
        Object[] fails = {"script", "exit 3", "exitCondition", "exit 3"};
        Object[] works = {"script", "exit 0", "exitCondition", "exit 3"};

        var first = look("one", new Triggers.ShellScriptTrigger(), fails);

        assertThat(first).containsEntry("exitCode", 3).containsEntry("condition", "exit 3");
        assertThat(first).containsKey("timestamp");
        // the same moment is looked at again where a worker has died
        assertThat(look("one", new Triggers.ShellScriptTrigger(), fails))
                .containsEntry("exitCode", 3);
        assertThatThrownBy(() -> look("two", new Triggers.ShellScriptTrigger(), fails))
                .isInstanceOf(NothingNewException.class);
        assertThatThrownBy(() -> look("three", new Triggers.ShellScriptTrigger(), works))
                .isInstanceOf(NothingNewException.class);
        assertThat(context.stores.keys).isEmpty();
        assertThat(look("four", new Triggers.ShellScriptTrigger(), fails))
                .containsEntry("exitCode", 3);
    }

    @Test
    void eachLookCountsIfTheFlowWantsThat() throws Exception {
        Object[] says = {
            "commands",
            List.of("echo '::{\"outputs\":{\"state\":\"ready\"}}::'"),
            "exitCondition",
            "state=rea.y",
            "edge",
            false
        };

        for (var execution : List.of("one", "two")) {
            assertThat(look(execution, new Triggers.ShellCommandsTrigger(), says).get("vars"))
                    .isEqualTo(Map.of("state", "ready"));
        }
        says[3] = "busy";
        assertThatThrownBy(() -> look("three", new Triggers.ShellCommandsTrigger(), says))
                .isInstanceOf(NothingNewException.class);
    }

    @Test
    void otherLanguagesSayItAsWell() throws Exception {
        assertThat(
                        look(
                                "one",
                                new Triggers.NodeScriptTrigger(),
                                "script",
                                "process.exit(2)",
                                "exitCondition",
                                "EXIT 2"))
                .containsEntry("exitCode", 2);
        assertThat(
                        look(
                                "two",
                                new Triggers.PythonCommandsTrigger(),
                                "commands",
                                List.of("python3 -c 'import sys; sys.exit(4)'"),
                                "edge",
                                false,
                                "exitCondition",
                                "exit 4"))
                .containsEntry("exitCode", 4);
    }

    @Test
    void aScriptThatCantBeMadeReadyFailsTheLook() {
        assertThatThrownBy(() ->
                        look(
                                "one",
                                new Triggers.GoScriptTrigger(),
                                "script",
                                "package main",
                                "dependencies",
                                List.of("x"),
                                "exitCondition",
                                "exit 1"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("`dependencies`");
    }
}
