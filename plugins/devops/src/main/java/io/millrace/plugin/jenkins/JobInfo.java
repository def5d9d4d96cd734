// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jenkins;

import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What Jenkins knows of a build.
@Plugin(type = "io.kestra.plugin.jenkins.JobInfo", title = "Get what Jenkins knows of a build")
public final class JobInfo extends JenkinsTask<JobInfo.Properties, JobInfo.Outputs> {

    /// Properties.
    public record Properties(
            @Title("URL of Jenkins") @Nullable String serverUrl,
            @Title("The same, under another name") @Nullable String serverUri,
            @Title("User") @Nullable String username,
            @Title("The user's token") @Nullable String apiToken,
            @Title("Name of the job, with its folders: team/deploy") String jobName,
            @Title("Number of the build; the last one if absent") @Nullable Integer buildNumber)
            implements Server {}

    public record Outputs(@Title("All of it") Map<String, @Nullable Object> info) {}

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        var build =
                properties.buildNumber() == null
                        ? "lastBuild"
                        : String.valueOf(properties.buildNumber());
        return new Outputs(
                api.ask(Call.get(path(properties.jobName()) + "/" + build + "/api/json")).object());
    }
}
