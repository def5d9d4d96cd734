// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gitlab;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Opens an issue.
@Plugin(type = "io.kestra.plugin.gitlab.issues.Create", title = "Open a GitLab issue")
public final class CreateIssue extends GitLabTask<CreateIssue.Properties, CreateIssue.Outputs> {

    /// Properties.
    public record Properties(
            @Title("URL of GitLab") @Default("https://gitlab.com") String url,
            @Title("Where its API is") @Default("/api/v4") String apiPath,
            @Title("A token that may write issues") String token,
            @Title("Number or path of the project") String projectId,
            @Title("Title") String title,
            @Title("Description, in Markdown") @Nullable String issueDescription,
            @Title("Labels") @Nullable List<String> labels)
            implements GitLabProject {}

    public record Outputs(
            @Title("Its number in all of GitLab") @Nullable String issueId,
            @Title("Its number in the project") @Nullable String iid,
            @Title("Where people see it") @Nullable String webUrl,
            @Title("Status of the answer") int statusCode) {}

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        var request = new LinkedHashMap<String, Object>();
        request.put("title", properties.title());
        if (properties.issueDescription() != null) {
            request.put("description", properties.issueDescription());
        }
        if (properties.labels() != null) {
            request.put("labels", String.join(",", properties.labels()));
        }
        var answer = api.ask(Call.json("POST", project(properties, "/issues"), request));
        var issue = answer.object();
        return new Outputs(
                HttpApi.text(issue, "id"),
                HttpApi.text(issue, "iid"),
                HttpApi.text(issue, "web_url"),
                answer.status());
    }
}
