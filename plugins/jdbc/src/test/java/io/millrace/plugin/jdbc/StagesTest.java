// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.Tasks;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is asked of Snowflake's driver; Snowflake itself is not run.
class StagesTest {
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
        StandInDriver.CALLS.clear();
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("url", "jdbc:snowflake://127.0.0.1/");
        all.put("username", "ada");
        all.put("password", "lovelace");
        all.put("stageName", "@demo.public.%rows");
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    @Test
    void aFileGoesIntoAStage() throws Exception {
        var file = context.store("kestra:///rows.csv", "1,2").toString();
        Object[] upload = {
            "from", file, "prefix", "raw/", "fileName", "rows.csv", "warehouse", "w", "role", "r"
        };

        assertThat(run(new Upload(), upload)).containsEntry("uri", "raw/rows.csv.gz");
        assertThat(StandInDriver.TOLD)
                .containsEntry("user", "ada")
                .containsEntry("password", "lovelace")
                .containsEntry("warehouse", "w")
                .containsEntry("role", "r");
        assertThat(
                        run(
                                new Upload(),
                                "from",
                                file,
                                "prefix",
                                "a/b//",
                                "fileName",
                                "n",
                                "compress",
                                false))
                .containsEntry("uri", "a/b/n");

        assertThat(StandInDriver.CALLS)
                .containsExactly(
                        "put '1,2' into @demo.public.%rows below raw as rows.csv, compressed: true",
                        "close",
                        "put '1,2' into @demo.public.%rows below a/b as n, compressed: false",
                        "close");
    }

    @Test
    void aFileOfAStageIsStored() throws Exception {
        var outputs = run(new Download(), "fileName", "raw/rows.csv.gz");
        run(new Download(), "fileName", "raw/rows.csv", "compress", false);

        var uri = URI.create(String.valueOf(outputs.get("uri")));
        assertThat(uri.toString()).endsWith(".csv");
        assertThat(context.text(uri)).isEqualTo("a,b\n");
        assertThat(StandInDriver.CALLS)
                .containsExactly(
                        "get raw/rows.csv.gz of @demo.public.%rows, decompressed: true",
                        "close",
                        "get raw/rows.csv of @demo.public.%rows, decompressed: false",
                        "close");
    }

    @Test
    void whatTheDriverSaysIsSaidAndAKillEndsTheConnection() throws Exception {
        assertThatThrownBy(() -> run(new Download(), "fileName", "none.csv"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessage("File not found");
        assertThatThrownBy(() ->
                        run(
                                new Download(),
                                "fileName",
                                "a",
                                "url",
                                "jdbc:sqlite:",
                                "stageName",
                                "~"))
                .hasMessageStartingWith("Expected a URL such as jdbc:snowflake://");

        var slow = RunningTask.start(context, () -> run(new Download(), "fileName", "slow.csv"));
        await().until(() -> StandInDriver.CALLS.toString().contains("slow.csv"));
        assertThat(slow.cancel()).isNotNull();
        assertThat(StandInDriver.CALLS).endsWith("close");
    }

    @Test
    void noStatementIsAboutFilesOfTheWorker() throws Exception {
        run(new Download(), "fileName", "a.csv");
        assertThat(StandInDriver.TOLD).containsEntry("enablePutGet", "false");

        assertThatThrownBy(() ->
                        run(
                                new Download(),
                                "fileName",
                                "a.csv",
                                "properties",
                                Map.of("ENABLEPUTGET", "true")))
                .hasMessage("The option ENABLEPUTGET isn't allowed");
        assertThatThrownBy(() ->
                        run(
                                new Download(),
                                "fileName",
                                "a.csv",
                                "url",
                                "jdbc:snowflake://127.0.0.1/?enablePutGet=true"))
                .hasMessage("The option enablePutGet isn't allowed");
    }
}
