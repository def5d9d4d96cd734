// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.cluster;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.container.ContainerRunner;
import io.millrace.plugin.kit.OutputLines;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs commands in pods, a pod each.
public final class KubernetesRunner implements ContainerRunner {
    private static final String MAIN = "main";

    private final PluginSettings settings;
    private final Options options;

    /// @param connection absent: the cluster that the worker runs in
    /// @param podSpec what the pod's spec has beside
    /// @param containerSpec what the container has beside
    /// @param fileImage with sh, tar, head and sleep
    public record Options(
            @Nullable ClusterConnection connection,
            String namespace,
            Map<String, @Nullable Object> podSpec,
            Map<String, @Nullable Object> containerSpec,
            Map<String, String> labels,
            @Nullable String pullPolicy,
            String fileImage,
            Duration untilRunning,
            boolean delete) {}

    public KubernetesRunner(Options options, PluginSettings settings) {
        this.options = options;
        this.settings = settings;
    }

    @Override
    public int run(Work work, OutputLines lines, TaskContext context) throws Exception {
        var container = new LinkedHashMap<String, @Nullable Object>(options.containerSpec());
        container.put("name", MAIN);
        container.put("image", work.image());
        container.put("command", work.command());
        container.put("workingDir", work.directory().toString());
        var variables = new ArrayList<Object>(Cluster.objects(container.get("env")));
        work.environment()
                .forEach((name, value) -> variables.add(Map.of("name", name, "value", value)));
        container.put("env", variables);
        if (options.pullPolicy() != null) {
            container.put("imagePullPolicy", options.pullPolicy());
        }
        var spec = new LinkedHashMap<String, @Nullable Object>(options.podSpec());
        spec.put("restartPolicy", "Never");
        spec.put("containers", List.of(container));
        var mounts = new LinkedHashMap<Path, String>();
        mounts.put(work.home(), work.home().toString());
        if (!work.directory().startsWith(work.home())) {
            mounts.put(work.directory(), work.directory().toString());
        }
        var transfer =
                new PodRun.Transfer(
                        mounts,
                        work.bringsBack() ? work.directory().toString() : null,
                        work.bringsBack() ? work.directory() : null,
                        options.fileImage());
        var metadata = new LinkedHashMap<String, @Nullable Object>();
        metadata.put("labels", options.labels());
        try (var cluster = Cluster.open(options.connection(), settings, context)) {
            var ended =
                    new PodRun(
                                    cluster,
                                    new PodRun.Wanted(
                                            options.namespace(),
                                            metadata,
                                            spec,
                                            transfer,
                                            options.untilRunning(),
                                            null,
                                            options.delete(),
                                            false),
                                    lines,
                                    context)
                            .run();
            if (ended.failure() != null) {
                throw new TaskFailedException(ended.failure());
            }
            var code = ended.exitCodes().get(MAIN);
            if (code == null || code < 0) {
                throw new TaskFailedException("The pod ended without an exit code");
            }
            return code;
        }
    }
}
