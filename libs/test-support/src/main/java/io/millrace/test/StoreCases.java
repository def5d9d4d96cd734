// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.TaskFailedException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `Trigger` and `Downloads` do of every store of objects: nothing that they take away is
/// lost.
public abstract class StoreCases {
    @TempDir protected Path directory = Path.of(".");
    protected FakeContext context = new FakeContext(Path.of("."));

    @BeforeEach
    void surround() {
        context = new FakeContext(directory);
    }

    /// Puts an object into the one bucket.
    protected abstract void upload(String name, String text) throws Exception;

    /// Names of the objects below, however deep, somewhere in a text.
    protected abstract String names(String prefix) throws Exception;

    /// Runs a task on all objects below, however deep.
    ///
    /// @param task `Trigger` or `Downloads`
    /// @return the objects that it tells of
    protected abstract List<?> take(String task, String prefix, Object... more) throws Exception;

    /// Properties that have files moved.
    ///
    /// @param bucket `bucket`, or one that isn't there
    protected abstract Object[] move(String bucket, String directory);

    private static final Object[] DELETE = {"action", "DELETE"};

    @ParameterizedTest
    @ValueSource(strings = {"Trigger", "Downloads"})
    void whatIsRepeatedTellsWhatItHasTakenAlready(String task) throws Exception {
        upload("twice/a.csv", "a");
        upload("twice/b.csv", "b");

        // its worker died before anything was taken: here the store is what stops it
        assertThatThrownBy(() -> take(task, "twice/", move("none", "x")))
                .hasMessageContaining("(404)");
        upload("twice/a.csv", "another");
        var found = take(task, "twice/", DELETE);
        // and when all were, but nobody was told
        var again = take(task, "twice/", DELETE);

        assertThat(found).hasSize(2);
        assertThat(again).isEqualTo(found);
        assertThat(context.stored().values()).contains("a", "b");
        assertThat(names("twice/")).contains("twice/a.csv").doesNotContain("twice/b.csv");
        context.executionId = "the next look";
        assertThat(take(task, "twice/", DELETE)).hasSize(1);
        assertThat(names("twice/")).isEqualTo("[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Trigger", "Downloads"})
    void anObjectThatHasChangedSinceItWasFetchedStays(String task) throws Exception {
        upload("change/a.csv", "a");
        context.onPut = () -> upload("change/a.csv", "another");

        assertThat(take(task, "change/", DELETE)).hasSize(1);

        context.onPut = () -> {};
        assertThat(context.stored().values()).contains("a");
        assertThat(names("change/")).contains("change/a.csv");
        context.executionId = "the next look";
        assertThat(take(task, "change/", DELETE)).hasSize(1);
        assertThat(names("change/")).isEqualTo("[]");
    }

    @Test
    void twoObjectsOfOneNameArentMovedIntoOnePlace() throws Exception {
        upload("alike/x/a.csv", "x");
        upload("alike/y/a.csv", "y");

        assertThatThrownBy(() -> take("Downloads", "alike/", move("bucket", "flat/")))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("alike/x/a.csv")
                .hasMessageContaining("alike/y/a.csv' can't both be moved to");

        assertThat(names("alike/")).contains("alike/x/a.csv", "alike/y/a.csv");
        assertThat(names("flat/")).isEqualTo("[]");
    }

    @Test
    void whatWasMovedToAPlaceBelowIsMovedNoMore() throws Exception {
        upload("below/a.csv", "a");
        var move = move("bucket", "below/done/");

        assertThat(take("Trigger", "below/", move)).hasSize(1);
        context.executionId = "the next look";
        assertThatThrownBy(() -> take("Trigger", "below/", move))
                .isInstanceOf(NothingNewException.class);
        assertThat(take("Downloads", "below/", move)).isEmpty();

        assertThat(names("below/")).contains("below/done/a.csv");
        take("Downloads", "below/", DELETE);
    }

    @Test
    void anObjectThatStaysIsReportedOnceForEachVersionOfIt() throws Exception {
        upload("stay/a.csv", "a");
        upload("stay/b.csv", "b");

        for (var name : List.of("stay/a.csv", "stay/b.csv")) {
            context.executionId = name;
            assertThat(String.valueOf(take("Trigger", "stay/", oneAtMost())))
                    .contains("=" + name, "changeType=CREATE");
        }
        context.executionId = "later";
        assertThatThrownBy(() -> take("Trigger", "stay/", oneAtMost()))
                .isInstanceOf(NothingNewException.class);
        upload("stay/b.csv", "changed");
        assertThat(String.valueOf(take("Trigger", "stay/", oneAtMost())))
                .contains("=stay/b.csv", "changeType=UPDATE");
        assertThat(context.stored().values()).contains("changed");
    }

    private static Object[] oneAtMost() {
        return new Object[] {"maxFiles", 1};
    }
}
