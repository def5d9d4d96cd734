// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gitlab;

import io.millrace.plugin.Default;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds issues, page by page.
@Plugin(type = "io.kestra.plugin.gitlab.issues.Search", title = "Find issues of GitLab")
public final class SearchIssues extends GitLabTask<SearchIssues.Properties, SearchIssues.Outputs> {
    private static final int PAGE = 100;

    /// Properties.
    public record Properties(
            @Title("URL of GitLab") @Default("https://gitlab.com") String url,
            @Title("Where its API is") @Default("/api/v4") String apiPath,
            @Title("A token that may read issues") String token,
            @Title("Number or path of the project") String projectId,
            @Title("What stands in title or description") @Nullable String search,
            @Title("opened, closed or all") @Default("opened") String state,
            @Title("Labels that it must have") @Nullable List<String> labels,
            @Title("How many at most") @Default("1000") Integer maxResults)
            implements GitLabProject {}

    public record Outputs(
            @Title("What GitLab says of each") List<Map<String, @Nullable Object>> issues,
            @Title("How many") int count,
            @Title("Status of the last answer") int statusCode) {}

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        var query = new LinkedHashMap<String, Object>();
        query.put("state", properties.state());
        query.put("per_page", PAGE);
        if (properties.search() != null) {
            query.put("search", properties.search());
        }
        if (properties.labels() != null) {
            query.put("labels", String.join(",", properties.labels()));
        }
        var issues = new ArrayList<Map<String, @Nullable Object>>();
        for (int page = 1; ; page++) {
            query.put("page", page);
            var answer =
                    api.ask(Call.get(project(properties, "/issues?" + HttpApi.encoded(query))));
            var found = answer.objects();
            issues.addAll(found);
            if (found.size() < PAGE || issues.size() >= properties.maxResults()) {
                var most = issues.subList(0, Math.min(issues.size(), properties.maxResults()));
                return new Outputs(List.copyOf(most), most.size(), answer.status());
            }
        }
    }
}
