// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.awx;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.ApiTask;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import io.millrace.plugin.kit.LogTail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Launches a job template or a workflow template. What is asked for and the template doesn't let
/// one say fails the task: AWX would leave it out without a word.
@Plugin(
        type = "io.millrace.plugin.awx.Launch",
        title = "Launch an AWX job or workflow and wait for it")
public final class LaunchJob extends ApiTask<LaunchJob.Properties, LaunchJob.Outputs> {
    private static final Set<String> ENDED = Set.of("successful", "failed", "error", "canceled");

    /// Properties.
    public record Properties(
            @Title("URL of AWX") String url,
            @Title("Where its API is") @Default("/api/v2") String apiPath,
            @Title("A token; or username and password") @Nullable String token,
            @Title("User") @Nullable String username,
            @Title("Password") @Nullable String password,
            @Title("Number or name of the job template") @Nullable String template,
            @Title("Number or name of the workflow template, in place of a job's")
                    @Nullable String workflowTemplate,
            @Title("Variables") @Nullable Map<String, @Nullable Object> extraVars,
            @Title("Hosts or groups that it is limited to") @Nullable String limit,
            @Title("Number of another inventory") @Nullable Integer inventory,
            @Title("Numbers of credentials") @Nullable List<Integer> credentials,
            @Title("Tags of tasks to run") @Nullable String jobTags,
            @Title("Whether to wait for its end") @Default("true") @JsonProperty("wait")
                    Boolean waits,
            @Title("Whether its output is logged") @Default("true") Boolean logs,
            @Title("How often to look") @Default("PT5S") Duration interval,
            @Title("How long to wait; as long as the task may run if absent")
                    @Nullable Duration maxDuration) {}

    public record Outputs(
            @Title("Its number") String jobId,
            @Title("Its state, such as successful") String status,
            @Title("How long it ran, in seconds") @Nullable Double elapsed,
            @Title("By host: how many tasks were ok, changed, failed, unreachable…")
                    Map<String, Map<String, @Nullable Object>> hosts) {}

    @Override
    protected HttpApi open(Properties properties, PluginSettings settings, TaskContext context)
            throws TaskFailedException {
        String authorization;
        if (properties.token() != null) {
            authorization = "Bearer " + properties.token().strip();
        } else if (properties.username() != null && properties.password() != null) {
            authorization = HttpApi.basic(properties.username(), properties.password());
        } else {
            throw new TaskFailedException("Expected a token, or username and password");
        }
        return new HttpApi(
                "AWX",
                properties.url().strip().replaceAll("/+$", "") + properties.apiPath(),
                Map.of("Authorization", authorization),
                null,
                settings,
                context);
    }

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        boolean workflow = properties.workflowTemplate() != null;
        var named = workflow ? properties.workflowTemplate() : properties.template();
        if (named == null || (workflow && properties.template() != null)) {
            throw new TaskFailedException("Expected either template or workflowTemplate");
        }
        var kind = workflow ? "workflow_job" : "job";
        var template = template(api, "/" + kind + "_templates/", named.strip());
        var request = request(properties);
        var launched =
                api.ask(
                                Call.json(
                                        "POST",
                                        "/%s_templates/%s/launch/".formatted(kind, template),
                                        request))
                        .object();
        var id = String.valueOf(HttpApi.text(launched, "id"));
        var path = "/%ss/%s/".formatted(kind, HttpApi.segment(id));
        refuseIgnored(api, launched, path);
        context.log().info((workflow ? "Workflow " : "Job ") + id);
        if (!properties.waits()) {
            return new Outputs(id, String.valueOf(launched.get("status")), null, Map.of());
        }
        var tail = new LogTail(context.log());
        boolean follows = properties.logs() && !workflow;
        Map<String, @Nullable Object> ended;
        try (var _ = api.onCancel(Call.of("POST", path + "cancel/"))) {
            ended =
                    api.await(
                            (workflow ? "workflow " : "job ") + id,
                            properties.interval(),
                            properties.maxDuration(),
                            () -> {
                                var now = api.ask(Call.get(path)).object();
                                if (follows) {
                                    follow(api, path, tail);
                                }
                                return ENDED.contains(String.valueOf(now.get("status")))
                                        ? Optional.of(now)
                                        : Optional.empty();
                            });
        }
        if (follows) {
            follow(api, path, tail);
            tail.end();
        }
        var outputs =
                new Outputs(
                        id,
                        String.valueOf(ended.get("status")),
                        ended.get("elapsed") instanceof Number seconds
                                ? (Double) seconds.doubleValue()
                                : null,
                        workflow ? Map.of() : hosts(api, path));
        if (!outputs.status().equals("successful")) {
            var explained = HttpApi.text(ended, "job_explanation");
            var map = new LinkedHashMap<String, @Nullable Object>();
            map.put("jobId", id);
            map.put("status", outputs.status());
            map.put("hosts", outputs.hosts());
            throw new TaskFailedException(
                    "%s %s ended as %s%s"
                            .formatted(
                                    workflow ? "Workflow" : "Job",
                                    id,
                                    outputs.status(),
                                    explained == null || explained.isBlank()
                                            ? ""
                                            : ": " + explained),
                    map);
        }
        return outputs;
    }

    private static Map<String, Object> request(Properties properties) {
        var request = new LinkedHashMap<String, Object>();
        if (properties.extraVars() != null) {
            request.put("extra_vars", properties.extraVars());
        }
        if (properties.limit() != null) {
            request.put("limit", properties.limit());
        }
        if (properties.inventory() != null) {
            request.put("inventory", properties.inventory());
        }
        if (properties.credentials() != null) {
            request.put("credentials", properties.credentials());
        }
        if (properties.jobTags() != null) {
            request.put("job_tags", properties.jobTags());
        }
        return request;
    }

    /// What a template doesn't ask for at its launch is not an error to AWX: a limit that is left
    /// out would run on all hosts.
    private static void refuseIgnored(
            HttpApi api, Map<String, @Nullable Object> launched, String path)
            throws TaskFailedException, InterruptedException {
        if (launched.get("ignored_fields") instanceof Map<?, ?> ignored && !ignored.isEmpty()) {
            api.send(Call.of("POST", path + "cancel/"));
            throw new TaskFailedException(
                    "Expected a template that asks for %s at its launch; the job was cancelled"
                            .formatted(ignored.keySet()));
        }
    }

    private static String template(HttpApi api, String list, String named)
            throws TaskFailedException, InterruptedException {
        if (named.chars().allMatch(Character::isDigit)) {
            return named;
        }
        var found =
                api.ask(Call.get(list + "?name=" + HttpApi.segment(named))).object().get("results");
        var all = found instanceof List<?> some ? some : List.of();
        if (all.size() != 1) {
            throw new TaskFailedException(
                    "Expected one template '%s' but there are %s".formatted(named, all.size()));
        }
        return String.valueOf(HttpApi.text(all.getFirst(), "id"));
    }

    private static void follow(HttpApi api, String path, LogTail tail)
            throws TaskFailedException, InterruptedException {
        var text = api.send(Call.get(path + "stdout/?format=txt_download").with("Accept", "*/*"));
        if (text.isGood()) {
            tail.replace(text.body());
        }
    }

    private static Map<String, Map<String, @Nullable Object>> hosts(HttpApi api, String path)
            throws TaskFailedException, InterruptedException {
        var hosts = new LinkedHashMap<String, Map<String, @Nullable Object>>();
        var next = path + "job_host_summaries/?page_size=200";
        for (int page = 1; page <= 50; page++) {
            var answer = api.ask(Call.get(next + "&page=" + page)).object();
            var summaries = new ArrayList<Object>();
            if (answer.get("results") instanceof List<?> results) {
                summaries.addAll(results);
            }
            for (var summary : summaries) {
                var counts = new LinkedHashMap<String, @Nullable Object>();
                for (var count : List.of("ok", "changed", "failures", "dark", "skipped")) {
                    counts.put(
                            count.equals("dark") ? "unreachable" : count,
                            HttpApi.at(summary, count));
                }
                hosts.put(String.valueOf(HttpApi.text(summary, "host_name")), counts);
            }
            if (answer.get("next") == null) {
                break;
            }
        }
        return hosts;
    }
}
