// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gitlab;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import io.millrace.plugin.kit.LogTail;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Starts a job that waits for somebody to start it, such as a deployment.
@Plugin(
        type = "io.millrace.plugin.gitlab.jobs.Play",
        title = "Start a manual GitLab job and wait for it")
public final class RunJob extends GitLabTask<RunJob.Properties, RunJob.Outputs> {

    /// Properties.
    public record Properties(
            @Title("URL of GitLab") @Default("https://gitlab.com") String url,
            @Title("Where its API is") @Default("/api/v4") String apiPath,
            @Title("A token that may run jobs") String token,
            @Title("Number or path of the project") String projectId,
            @Title("Number of the job") String jobId,
            @Title("Variables of the job") @Nullable Map<String, String> variables,
            @Title("Whether to wait for its end") @Default("true") @JsonProperty("wait")
                    Boolean waits,
            @Title("How often to look") @Default("PT5S") Duration interval,
            @Title("How long to wait; as long as the task may run if absent")
                    @Nullable Duration maxDuration)
            implements GitLabProject {}

    public record Outputs(
            @Title("Where people see it") @Nullable String webUrl,
            @Title("Its state, such as success") String status,
            @Title("How long it ran, in seconds") @Nullable Double duration) {}

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        var path = project(properties, "/jobs/" + HttpApi.segment(properties.jobId().strip()));
        var request = new LinkedHashMap<String, Object>();
        if (properties.variables() != null) {
            request.put(
                    "job_variables_attributes",
                    properties.variables().entrySet().stream()
                            .map(v -> new Variable(v.getKey(), v.getValue()))
                            .toList());
        }
        var begun = api.ask(Call.json("POST", path + "/play", request)).object();
        if (!properties.waits()) {
            return outputs(begun);
        }
        var tail = new LogTail(context.log());
        Map<String, @Nullable Object> ended;
        try (var _ = api.onCancel(Call.of("POST", path + "/cancel"))) {
            ended =
                    api.await(
                            "job " + properties.jobId(),
                            properties.interval(),
                            properties.maxDuration(),
                            () -> {
                                var now = api.ask(Call.get(path)).object();
                                follow(api, properties, properties.jobId().strip(), tail);
                                boolean over =
                                        ENDED.contains(state(now)) && !state(now).equals("manual");
                                return over ? Optional.of(now) : Optional.empty();
                            });
        }
        follow(api, properties, properties.jobId().strip(), tail);
        tail.end();
        var outputs = outputs(ended);
        if (!GOOD.contains(outputs.status())) {
            throw new TaskFailedException(
                    "Job %s ended as %s".formatted(properties.jobId(), outputs.status()));
        }
        return outputs;
    }

    private static Outputs outputs(Map<String, @Nullable Object> job) {
        return new Outputs(
                HttpApi.text(job, "web_url"),
                state(job),
                job.get("duration") instanceof Number seconds ? seconds.doubleValue() : null);
    }
}
