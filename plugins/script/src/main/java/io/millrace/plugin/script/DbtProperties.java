// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.KeyValues;
import io.millrace.plugin.Late;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.InputFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Properties of a task that runs dbt.
public record DbtProperties(
        @Title("The commands, such as `dbt build`") @Late List<String> commands,
        @Title("What stands in profiles.yml") @Late @Nullable String profiles,
        @Title("Folder of the project, from the working directory") @Nullable String projectDir,
        @Title("Whether what came of each node is an output") @Default("true")
                Boolean parseRunResults,
        @Title("Key that manifest.json is taken from before the commands, into `target`")
                @Nullable Manifest loadManifest,
        @Title("Key that manifest.json is kept under after the commands")
                @Nullable Manifest storeManifest,
        @Title("Which dbt a container has, where nobody names an image") @Default("CORE")
                Engine engine,
        @Title("How dbt writes its log: TEXT or DEBUG; JSON and NONE leave it to dbt")
                @Default("JSON")
                LogFormat logFormat,
        @Inline ProcessOptions process) {

    /// The implementations of dbt.
    public enum Engine {
        CORE("ghcr.io/kestra-io/dbt"),
        FUSION("ghcr.io/kestra-io/dbt-fusion");

        private final String image;

        Engine(String image) {
            this.image = image;
        }

        String image() {
            return image;
        }
    }

    /// How dbt writes its log.
    public enum LogFormat {
        JSON,
        TEXT,
        DEBUG,
        NONE
    }

    /// Where a manifest is kept between runs.
    public record Manifest(
            @Title("Key") String key,
            @Title("Namespace; the flow's if absent") @Nullable String namespace) {

        /// @param directory the working directory
        /// @param project in it, where dbt has its `target`
        void load(Path directory, Path project, TaskContext context)
                throws IOException, TaskFailedException {
            var kept = context.stores().keyValues().get(in(context), key);
            if (kept.isEmpty()) {
                context.log().warn("There is no manifest under the key " + key);
                return;
            }
            var value = kept.get().value();
            var file = directory.relativize(project).resolve("target/manifest.json");
            InputFiles.put(
                    Map.of(file.toString(), "{{ manifest }}"),
                    directory,
                    Map.of(
                            "manifest",
                            value instanceof String text
                                    ? text
                                    : JsonMapper.shared().writeValueAsString(value)),
                    context);
        }

        void store(InputStream manifest, TaskContext context)
                throws IOException, TaskFailedException {
            context.stores()
                    .keyValues()
                    .put(
                            in(context),
                            key,
                            new KeyValues.Put(
                                    KeyValues.Type.JSON,
                                    JsonMapper.shared().readValue(manifest, Object.class),
                                    true,
                                    null,
                                    null));
        }

        private String in(TaskContext context) {
            return namespace == null ? context.taskRun().namespace() : namespace;
        }
    }
}
