// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.argocd;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What Argo CD knows of an application.
@Plugin(
        type = "io.kestra.plugin.argocd.apps.Status",
        aliases = "io.kestra.plugin.argocd.app.Status",
        title = "Get the state of an application of Argo CD")
public final class Status extends ArgoCdTask<Status.Properties, Status.Outputs> {

    public record Properties(
            @Inline Server at,
            @Title("Whether Argo CD looks at the cluster and the repository first")
                    @Default("false")
                    Boolean refresh)
            implements Server.At {}

    public record Outputs(
            @Title("Such as Synced or OutOfSync") @Nullable String syncStatus,
            @Title("Such as Healthy or Degraded") @Nullable String healthStatus,
            @Title("Commit that it is compared to") @Nullable String revision,
            @Title("What is wrong with it") List<Map<String, @Nullable Object>> conditions,
            @Title("Its resources and their states")
                    List<Map<String, @Nullable Object>> resources) {}

    @Override
    protected Outputs work(HttpApi api, Properties properties, TaskContext context)
            throws Exception {
        Map<String, String> query = properties.refresh() ? Map.of("refresh", "normal") : Map.of();
        var application = api.ask(Call.get(path(properties.at(), "", query))).object();
        return new Outputs(
                HttpApi.text(application, "status", "sync", "status"),
                HttpApi.text(application, "status", "health", "status"),
                HttpApi.text(application, "status", "sync", "revision"),
                list(application, "status", "conditions"),
                list(application, "status", "resources"));
    }
}
