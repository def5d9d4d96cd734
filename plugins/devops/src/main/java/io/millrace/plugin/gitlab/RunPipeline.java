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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Starts a pipeline, and waits for it: the logs of its jobs are those of the task, its failure is
/// the task's, and a kill cancels it.
@Plugin(
        type = "io.millrace.plugin.gitlab.pipelines.Run",
        title = "Run a GitLab pipeline and wait for it")
public final class RunPipeline extends GitLabTask<RunPipeline.Properties, RunPipeline.Outputs> {

    /// Properties.
    public record Properties(
            @Title("URL of GitLab") @Default("https://gitlab.com") String url,
            @Title("Where its API is") @Default("/api/v4") String apiPath,
            @Title("A token that may run pipelines") String token,
            @Title("Number or path of the project") String projectId,
            @Title("Branch or tag") @Default("main") String ref,
            @Title("Variables of the pipeline") @Nullable Map<String, String> variables,
            @Title("Whether to wait for its end") @Default("true") @JsonProperty("wait")
                    Boolean waits,
            @Title("Whether the logs of its jobs are logged") @Default("true") Boolean logs,
            @Title("How often to look") @Default("PT5S") Duration interval,
            @Title("How long to wait; as long as the task may run if absent")
                    @Nullable Duration maxDuration)
            implements GitLabProject {}

    public record Outputs(
            @Title("Its number") String pipelineId,
            @Title("Where people see it") @Nullable String webUrl,
            @Title("Its state, such as success") String status,
            @Title("Its jobs: id, name, stage, status, url")
                    List<Map<String, @Nullable Object>> jobs) {
        Map<String, @Nullable Object> toMap() {
            var map = new LinkedHashMap<String, @Nullable Object>();
            map.put("pipelineId", pipelineId);
            map.put("webUrl", webUrl);
            map.put("status", status);
            map.put("jobs", jobs);
            return map;
        }
    }

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        var request = new LinkedHashMap<String, Object>();
        request.put("ref", properties.ref());
        if (properties.variables() != null) {
            request.put(
                    "variables",
                    properties.variables().entrySet().stream()
                            .map(v -> new Variable(v.getKey(), v.getValue()))
                            .toList());
        }
        var begun = api.ask(Call.json("POST", project(properties, "/pipeline"), request)).object();
        var id = String.valueOf(begun.get("id"));
        var url = HttpApi.text(begun, "web_url");
        context.log().info("Pipeline " + id + (url == null ? "" : ": " + url));
        if (!properties.waits()) {
            return new Outputs(id, url, state(begun), List.of());
        }
        var path = project(properties, "/pipelines/" + HttpApi.segment(id));
        var tails = new LinkedHashMap<String, LogTail>();
        Map<String, @Nullable Object> ended;
        try (var _ = api.onCancel(Call.of("POST", path + "/cancel"))) {
            ended =
                    api.await(
                            "pipeline " + id,
                            properties.interval(),
                            properties.maxDuration(),
                            () -> {
                                var now = api.ask(Call.get(path)).object();
                                if (properties.logs()) {
                                    follow(api, properties, path, tails, context);
                                }
                                return ENDED.contains(state(now))
                                        ? Optional.of(now)
                                        : Optional.empty();
                            });
        }
        if (properties.logs()) {
            follow(api, properties, path, tails, context);
        }
        tails.values().forEach(LogTail::end);
        var outputs = new Outputs(id, url, state(ended), jobs(api, path));
        if (!GOOD.contains(outputs.status())) {
            throw new TaskFailedException(
                    "Pipeline %s ended as %s".formatted(id, outputs.status()), outputs.toMap());
        }
        return outputs;
    }

    private static List<Map<String, @Nullable Object>> jobs(HttpApi api, String path)
            throws TaskFailedException, InterruptedException {
        var jobs = new ArrayList<Map<String, @Nullable Object>>();
        for (var job : api.ask(Call.get(path + "/jobs?per_page=100")).objects()) {
            var seen = new LinkedHashMap<String, @Nullable Object>();
            seen.put("id", HttpApi.text(job, "id"));
            seen.put("name", job.get("name"));
            seen.put("stage", job.get("stage"));
            seen.put("status", job.get("status"));
            seen.put("url", job.get("web_url"));
            jobs.add(seen);
        }
        return jobs;
    }

    private static void follow(
            HttpApi api,
            Properties properties,
            String path,
            Map<String, LogTail> tails,
            TaskContext context)
            throws TaskFailedException, InterruptedException {
        for (var job : jobs(api, path)) {
            var state = state(job);
            if (state.equals("running") || state.equals("success") || state.equals("failed")) {
                var id = String.valueOf(job.get("id"));
                var tail =
                        tails.computeIfAbsent(
                                id,
                                _ ->
                                        new LogTail((level, line) ->
                                                context.log()
                                                        .write(
                                                                level,
                                                                "[%s] %s"
                                                                        .formatted(
                                                                                job.get("name"),
                                                                                line))));
                if (!tail.ended()) {
                    follow(api, properties, id, tail);
                    if (!state.equals("running")) {
                        tail.end();
                    }
                }
            }
        }
    }
}
