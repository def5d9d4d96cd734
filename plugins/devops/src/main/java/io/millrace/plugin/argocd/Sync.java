// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.argocd;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes a cluster what an application's repository says, and waits for the end of that.
@Plugin(
        type = "io.kestra.plugin.argocd.apps.Sync",
        aliases = "io.kestra.plugin.argocd.app.Sync",
        title = "Sync an application of Argo CD")
public final class Sync extends ArgoCdTask<Sync.Properties, Sync.Outputs> {
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed", "Error");

    public record Properties(
            @Inline Server at,
            @Title("Commit, tag or branch; the application's if absent") @Nullable String revision,
            @Title("Whether what the repository doesn't have is deleted") @Default("false")
                    Boolean prune,
            @Title("Whether nothing is changed") @Default("false") Boolean dryRun,
            @Title("Whether resources may be deleted and made anew") @Default("false")
                    Boolean force,
            @Title("Whether to wait for its end") @Default("true") @JsonProperty("wait")
                    Boolean waits,
            @Title("How often to look") @Default("PT2S") Duration interval,
            @Title("How long to wait; as long as the task may run if absent")
                    @Nullable Duration maxDuration)
            implements Server.At {}

    public record Outputs(
            @Title("How the sync ended: Succeeded, or Running if it wasn't waited for")
                    String phase,
            @Title("Such as Synced or OutOfSync") @Nullable String syncStatus,
            @Title("Such as Healthy or Progressing") @Nullable String healthStatus,
            @Title("Commit that was applied") @Nullable String revision,
            @Title("Its resources and their states")
                    List<Map<String, @Nullable Object>> resources) {}

    @Override
    protected Outputs work(HttpApi api, Properties p, TaskContext context) throws Exception {
        var before =
                HttpApi.text(
                        api.ask(Call.get(path(p.at(), "", Map.of()))).object(),
                        "status",
                        "operationState",
                        "startedAt");
        var begun = api.ask(Call.json("POST", path(p.at(), "/sync", Map.of()), wanted(p))).object();
        context.log().info("Application %s is synced".formatted(p.at().application()));
        if (!p.waits()) {
            return outputs("Running", begun);
        }
        try (var _ = api.onCancel(Call.of("DELETE", path(p.at(), "/operation", Map.of())))) {
            var ended =
                    api.await(
                            "sync of " + p.at().application(),
                            p.interval(),
                            p.maxDuration(),
                            () -> ended(api, p, before));
            var phase = String.valueOf(phase(ended));
            if (!phase.equals("Succeeded")) {
                var why = HttpApi.text(ended, "status", "operationState", "message");
                throw new TaskFailedException(
                        "The sync of %s ended as %s%s"
                                .formatted(
                                        p.at().application(), phase, why == null ? "" : ": " + why),
                        Map.of("phase", phase, "resources", list(ended, "status", "resources")));
            }
            return outputs(phase, ended);
        }
    }

    private static Map<String, Object> wanted(Properties p) {
        var wanted = new LinkedHashMap<String, Object>();
        if (p.revision() != null) {
            wanted.put("revision", p.revision());
        }
        wanted.put("prune", p.prune());
        wanted.put("dryRun", p.dryRun());
        if (p.force()) {
            wanted.put("strategy", Map.of("apply", Map.of("force", true)));
        }
        return wanted;
    }

    /// The application, once the sync that was asked for has ended: until its controller takes it
    /// up, what is seen is the one before.
    private static Optional<Map<String, @Nullable Object>> ended(
            HttpApi api, Properties p, @Nullable String before)
            throws TaskFailedException, InterruptedException {
        var now = api.ask(Call.get(path(p.at(), "", Map.of()))).object();
        var started = HttpApi.text(now, "status", "operationState", "startedAt");
        boolean own = now.get("operation") == null && started != null && !started.equals(before);
        return own && ENDED.contains(String.valueOf(phase(now)))
                ? Optional.of(now)
                : Optional.empty();
    }

    private static @Nullable String phase(Object application) {
        return HttpApi.text(application, "status", "operationState", "phase");
    }

    private static Outputs outputs(String phase, Object application) {
        return new Outputs(
                phase,
                HttpApi.text(application, "status", "sync", "status"),
                HttpApi.text(application, "status", "health", "status"),
                HttpApi.text(application, "status", "sync", "revision"),
                list(application, "status", "resources"));
    }
}
