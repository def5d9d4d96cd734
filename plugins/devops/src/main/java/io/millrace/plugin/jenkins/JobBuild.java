// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jenkins;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Answer;
import io.millrace.plugin.kit.HttpApi.Call;
import io.millrace.plugin.kit.LogTail;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Starts a build. With `wait`, its log is the task's, its failure too, and a kill stops it, in the
/// queue of Jenkins or on its machine.
@Plugin(type = "io.kestra.plugin.jenkins.JobBuild", title = "Build a Jenkins job")
public final class JobBuild extends JenkinsTask<JobBuild.Properties, JobBuild.Outputs> {

    /// Properties.
    public record Properties(
            @Title("URL of Jenkins") @Nullable String serverUrl,
            @Title("The same, under another name") @Nullable String serverUri,
            @Title("User") @Nullable String username,
            @Title("The user's token") @Nullable String apiToken,
            @Title("Name of the job, with its folders: team/deploy") String jobName,
            @Title("Parameters of the build") @Nullable Map<String, @Nullable Object> parameters,
            @Title("Whether to wait for its end") @Default("false") @JsonProperty("wait")
                    Boolean waits,
            @Title("Whether its log is logged") @Default("true") Boolean logs,
            @Title("How often to look") @Default("PT3S") Duration interval,
            @Title("How long to wait; as long as the task may run if absent")
                    @Nullable Duration maxDuration)
            implements Server {}

    public record Outputs(
            @Title("Status of the answer to the request") int status,
            @Title("Number of the build, if it was waited for") @Nullable Integer buildNumber,
            @Title("Where people see it") @Nullable String buildUrl,
            @Title("How it ended, such as SUCCESS") @Nullable String result,
            @Title("How long it ran, in seconds") @Nullable Double duration) {}

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        var queued = begin(api, properties);
        var location = queued.header("Location").orElse(null);
        if (!properties.waits()) {
            return new Outputs(queued.status(), null, null, null, null);
        }
        if (location == null) {
            throw new TaskFailedException("Expected Jenkins to say where the build is queued");
        }
        int number = number(api, properties, location.replaceAll("/+$", ""), context);
        var build = path(properties.jobName()) + "/" + number;
        context.log().info("Build " + number);
        var tail = new LogTail(context.log());
        var offset = new long[1];
        Map<String, @Nullable Object> ended;
        try (var _ = api.onCancel(Call.of("POST", build + "/stop"))) {
            ended =
                    api.await(
                            "build " + number,
                            properties.interval(),
                            properties.maxDuration(),
                            () -> {
                                var now = api.ask(Call.get(build + "/api/json")).object();
                                if (properties.logs()) {
                                    follow(api, build, offset, tail);
                                }
                                boolean over =
                                        !Boolean.TRUE.equals(now.get("building"))
                                                && now.get("result") != null;
                                return over ? Optional.of(now) : Optional.empty();
                            });
        }
        if (properties.logs()) {
            follow(api, build, offset, tail);
            tail.end();
        }
        var outputs =
                new Outputs(
                        queued.status(),
                        number,
                        HttpApi.text(ended, "url"),
                        HttpApi.text(ended, "result"),
                        ended.get("duration") instanceof Number millis
                                ? (Double) (millis.doubleValue() / 1000)
                                : null);
        if ("UNSTABLE".equals(outputs.result())) {
            context.endWithWarning();
        } else if (!"SUCCESS".equals(outputs.result())) {
            var map = new LinkedHashMap<String, @Nullable Object>();
            map.put("buildNumber", number);
            map.put("buildUrl", outputs.buildUrl());
            map.put("result", outputs.result());
            throw new TaskFailedException(
                    "Build %d ended as %s".formatted(number, outputs.result()), map);
        }
        return outputs;
    }

    /// A build without parameters is asked for at another place than one with them, and a user who
    /// has no token but a password needs a crumb.
    private static Answer begin(HttpApi api, Properties properties)
            throws TaskFailedException, InterruptedException {
        var parameters = properties.parameters();
        var path = path(properties.jobName());
        var call =
                parameters == null || parameters.isEmpty()
                        ? Call.form("POST", path + "/build", Map.of())
                        : Call.form("POST", path + "/buildWithParameters", parameters);
        var answer = api.send(call);
        if (answer.status() == 403 && answer.body().contains("crumb")) {
            var crumb = api.ask(Call.get("/crumbIssuer/api/json"));
            var cookie = crumb.header("Set-Cookie").map(c -> c.split(";", 2)[0]).orElse("");
            var named = HttpApi.text(crumb.object(), "crumbRequestField");
            call =
                    call.with(
                            named == null ? "Jenkins-Crumb" : named,
                            String.valueOf(HttpApi.text(crumb.object(), "crumb")));
            answer = api.send(cookie.isEmpty() ? call : call.with("Cookie", cookie));
        }
        return answer.orFail();
    }

    private static int number(
            HttpApi api, Properties properties, String queued, TaskContext context)
            throws TaskFailedException, InterruptedException {
        // the server may name itself otherwise than we do
        var item = queued.replaceFirst("^https?://[^/]+(?:/.*)?(/queue/item/)", "$1");
        var id = item.substring(item.lastIndexOf('/') + 1);
        try (var _ = api.onCancel(Call.of("POST", "/queue/cancelItem?id=" + HttpApi.segment(id)))) {
            return api.await(
                    "item " + id + " of the queue",
                    properties.interval(),
                    properties.maxDuration(),
                    () -> {
                        var now = api.ask(Call.get(item + "/api/json")).object();
                        if (Boolean.TRUE.equals(now.get("cancelled"))) {
                            throw new TaskFailedException("Somebody has cancelled the build");
                        }
                        var why = HttpApi.text(now, "why");
                        if (why != null) {
                            context.log().debug(why);
                        }
                        return HttpApi.at(now, "executable", "number") instanceof Number number
                                ? Optional.of(number.intValue())
                                : Optional.empty();
                    });
        }
    }

    private static void follow(HttpApi api, String build, long[] offset, LogTail tail)
            throws TaskFailedException, InterruptedException {
        boolean more = true;
        while (more) {
            var text =
                    api.ask(
                            Call.get(build + "/logText/progressiveText?start=" + offset[0])
                                    .with("Accept", "text/plain"));
            tail.append(text.body());
            long size = text.header("X-Text-Size").map(Long::parseLong).orElse(offset[0]);
            more = size > offset[0] && text.header("X-More-Data").isEmpty();
            offset[0] = size;
        }
    }
}
