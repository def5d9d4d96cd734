// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gitlab;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.ApiTask;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import io.millrace.plugin.kit.LogTail;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What tasks share: the project and the token.
abstract class GitLabTask<P extends Record & GitLabProject, O extends Record>
        extends ApiTask<P, O> {

    /// How pipelines and jobs end. Those that somebody has to start by hand don't go on either.
    static final Set<String> ENDED = Set.of("success", "failed", "canceled", "skipped", "manual");

    /// How they end well.
    static final Set<String> GOOD = Set.of("success", "skipped", "manual");

    /// A variable of a pipeline or job.
    record Variable(String key, String value) {}

    @Override
    protected HttpApi open(P properties, PluginSettings settings, TaskContext context)
            throws TaskFailedException {
        // flows of Kestra say it with what every path of a project begins with
        var path = properties.apiPath().strip().replaceAll("(/projects)?/*$", "");
        return new HttpApi(
                "GitLab",
                properties.url().strip().replaceAll("/+$", "")
                        + (path.startsWith("/") ? path : "/" + path),
                Map.of("PRIVATE-TOKEN", properties.token().strip()),
                null,
                settings,
                context);
    }

    /// @param rest such as `/issues`
    static String project(GitLabProject properties, String rest) {
        return "/projects/" + HttpApi.segment(properties.projectId().strip()) + rest;
    }

    /// What is new of a job's log.
    static void follow(HttpApi api, GitLabProject properties, String job, LogTail tail)
            throws TaskFailedException, InterruptedException {
        var trace =
                api.send(
                        Call.get(project(properties, "/jobs/" + HttpApi.segment(job) + "/trace"))
                                .with("Accept", "text/plain"));
        if (trace.isGood()) {
            tail.replace(trace.body());
        }
    }

    static String state(Object object) {
        return String.valueOf(HttpApi.text(object, "status"));
    }

    static List<String> orNone(@Nullable List<String> list) {
        return list == null ? List.of() : list;
    }
}
