// SPDX-License-Identifier: Apache-2.0
package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoragePathTest {
    private static final ExecutionFolder MINE =
            new ExecutionFolder("main", "company.team", "etl", "exec1");

    @Test
    void aUriGivesItsPathBack() {
        var path = MINE.ofTask("extract", "exec1-0", "r\u00e9sum\u00e9 1%.txt");

        assertThat(path.uri().toString())
                .isEqualTo(
                        "kestra:///company/team/etl/executions/exec1/tasks/extract/exec1-0/"
                                + "r%C3%A9sum%C3%A9%201%25.txt");
        assertThat(StoragePath.of("main", path.uri())).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kestra:///company/team/etl/executions/exec1/../exec2/x",
                "kestra:///company/team/etl/executions/exec1/%2e%2e/exec2/x",
                "kestra:///company/team/etl/executions/exec1/..%2fexec2/x",
                "kestra:///company/team/etl/executions/exec1/./x",
                "kestra:///company/team/etl/executions/exec1//x",
                "kestra:///company/team/etl/executions/exec1/%00",
                "kestra:///company/team/etl/executions/exec1/a%5cb",
                "kestra:///company/team/etl/executions/exec1",
                "kestra:///company/team/etl/executions/exec12/x",
                "kestra:///company/team/etl/executions/exec2/x",
                "kestra:///company/team/other/executions/exec1/x",
                "kestra:///company/_files/x",
                "kestra:///company/team2/_files/x",
                "kestra://other/company/team/etl/executions/exec1/x",
                "kestra:///../main/company/team/etl/executions/exec1/x",
                "kestra:///company/team/etl/executions/exec1/x?y",
                "file:///etc/passwd",
                "kestra:company/team/etl/executions/exec1/x",
                "/company/team/etl/executions/exec1/x",
            })
    void whatIsNotTheExecutionsOwnIsRefused(String uri) {
        assertThatThrownBy(() -> MINE.readable(URI.create(uri), List.of()))
                .isInstanceOf(StorageAccessException.class);
    }

    @Test
    void ownFilesThoseOfTheNamespaceAndOfAncestorsAreReadable() {
        var parent = new ExecutionFolder("main", "company", "parent", "exec0");
        var foreign = new ExecutionFolder("other", "company", "parent", "exec0");

        assertThat(MINE.readable(MINE.ofInput("file", "a.txt").uri(), List.of())).isNotNull();
        assertThat(MINE.readable(URI.create("kestra:///company/team/_files/a/b"), List.of()))
                .isNotNull();
        var theirs = parent.ofTask("t", "exec0-1", "x").uri();
        assertThat(MINE.readable(theirs, List.of(parent)).tenant()).isEqualTo("main");
        assertThatThrownBy(() -> MINE.readable(theirs, List.of(foreign)))
                .isInstanceOf(StorageAccessException.class);
        assertThatThrownBy(() -> MINE.own(theirs)).isInstanceOf(StorageAccessException.class);
    }

    @Test
    void namesThatWouldLeaveTheFolderAreRefused() {
        assertThatThrownBy(() -> MINE.ofTask("t", "exec1-0", "../../x"))
                .isInstanceOf(StorageAccessException.class);
        assertThatThrownBy(() -> MINE.ofInput("a/b", "x"))
                .isInstanceOf(StorageAccessException.class);
        assertThatThrownBy(() -> new StoragePath("a/b", "x"))
                .isInstanceOf(StorageAccessException.class);
        assertThatThrownBy(() -> new StoragePath("..", "x"))
                .isInstanceOf(StorageAccessException.class);
    }
}
