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

/// Opens a merge request.
@Plugin(
        type = "io.kestra.plugin.gitlab.mergerequests.Create",
        aliases = "io.kestra.plugin.gitlab.MergeRequest",
        title = "Open a GitLab merge request")
public final class CreateMergeRequest
        extends GitLabTask<CreateMergeRequest.Properties, CreateMergeRequest.Outputs> {

    /// Properties.
    public record Properties(
            @Title("URL of GitLab") @Default("https://gitlab.com") String url,
            @Title("Where its API is") @Default("/api/v4") String apiPath,
            @Title("A token that may write merge requests") String token,
            @Title("Number or path of the project") String projectId,
            @Title("Title") String title,
            @Title("Branch with the changes") String sourceBranch,
            @Title("Branch that they go to") String targetBranch,
            @Title("Description, in Markdown") @Nullable String mergeRequestDescription,
            @Title("Labels") @Nullable List<String> labels,
            @Title("Whether the branch is deleted after the merge") @Default("false")
                    Boolean removeSourceBranch)
            implements GitLabProject {}

    public record Outputs(
            @Title("Its number in all of GitLab") @Nullable String mergeReqID,
            @Title("Its number in the project") @Nullable String iid,
            @Title("Where people see it") @Nullable String webUrl,
            @Title("Status of the answer") int statusCode) {}

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        var request = new LinkedHashMap<String, Object>();
        request.put("title", properties.title());
        request.put("source_branch", properties.sourceBranch());
        request.put("target_branch", properties.targetBranch());
        request.put("remove_source_branch", properties.removeSourceBranch());
        if (properties.mergeRequestDescription() != null) {
            request.put("description", properties.mergeRequestDescription());
        }
        if (!orNone(properties.labels()).isEmpty()) {
            request.put("labels", String.join(",", orNone(properties.labels())));
        }
        var answer = api.ask(Call.json("POST", project(properties, "/merge_requests"), request));
        var made = answer.object();
        return new Outputs(
                HttpApi.text(made, "id"),
                HttpApi.text(made, "iid"),
                HttpApi.text(made, "web_url"),
                answer.status());
    }
}
