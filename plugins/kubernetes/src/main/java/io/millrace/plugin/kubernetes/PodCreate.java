// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Late;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.cluster.Cluster;
import io.millrace.plugin.cluster.PodRun;
import io.millrace.plugin.kit.InputFiles;
import io.millrace.plugin.kit.OutputFiles;
import io.millrace.plugin.kit.OutputLines;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs a pod to its end: its logs are the task's, its failure too, and a kill deletes it.
@Plugin(
        type = "io.kestra.plugin.kubernetes.core.PodCreate",
        aliases = "io.kestra.plugin.kubernetes.PodCreate",
        title = "Run a pod of Kubernetes")
public final class PodCreate extends ClusterTask<PodCreate.Properties, PodCreate.Outputs> {
    private static final String DIRECTORY = "/kestra/working-dir";
    private static final String FILE_IMAGE = "busybox:stable";

    /// Properties.
    public record Properties(
            @Inline Target target,
            @Title("Name, labels and annotations of the pod") @Late
                    @Nullable Map<String, @Nullable Object> metadata,
            @Title("The pod's spec; {{ workingDir }} is where files are") @Late
                    Map<String, @Nullable Object> spec,
            @Title("Files to put into {{ workingDir }}: their contents or URIs") @Late
                    @Nullable Object inputFiles,
            @Title("Patterns of files of {{ workingDir }} to store")
                    @Nullable List<String> outputFiles,
            @Title("Image that brings files in and out") @Nullable FileSidecar fileSidecar,
            @Title("How long the pod may take to run") @Default("PT10M") Duration waitUntilRunning,
            @Title("How long it may run") @Default("PT1H") Duration waitRunning,
            @Title("Whether it is deleted in the end") @Default("true") Boolean delete,
            @Title("Whether a pod of the same attempt that is there already is followed")
                    @Default("true")
                    Boolean resume)
            implements Target.At {}

    /// @param image with sh, tar, head and sleep
    public record FileSidecar(
            @Title("Image with sh, tar, head and sleep") @Nullable String image) {}

    public record Outputs(
            @Title("The pod's metadata") Map<String, @Nullable Object> metadata,
            @Title("The pod's status in the end") Map<String, @Nullable Object> status,
            @Title("Stored files by their names") Map<String, URI> outputFiles,
            @Title("What containers printed as `::{\"outputs\":{…}}::`")
                    Map<String, @Nullable Object> vars) {}

    @Override
    Outputs work(Cluster cluster, Properties properties, TaskContext context) throws Exception {
        Map<String, @Nullable Object> variables = Map.of("workingDir", DIRECTORY);
        var files = Files.createDirectories(context.ownDirectory().resolve("pod-files"));
        var work = Files.createDirectories(files.resolve("working-dir"));
        boolean brings = properties.outputFiles() != null && !properties.outputFiles().isEmpty();
        boolean puts = InputFiles.put(properties.inputFiles(), work, variables, context) > 0;
        var image =
                properties.fileSidecar() == null || properties.fileSidecar().image() == null
                        ? FILE_IMAGE
                        : properties.fileSidecar().image();
        var back = Files.createDirectories(context.ownDirectory().resolve("pod-results"));
        var transfer =
                puts || brings
                        ? new PodRun.Transfer(
                                Map.of(files, "/kestra"), brings ? DIRECTORY : null, back, image)
                        : null;
        var lines = new OutputLines(context);
        var metadata = rendered(properties.metadata(), variables, context);
        var spec = rendered(properties.spec(), variables, context);
        var ended =
                new PodRun(
                                cluster,
                                new PodRun.Wanted(
                                        properties.target().namespaceOrDefault(),
                                        Cluster.object(metadata),
                                        Cluster.object(spec),
                                        transfer,
                                        properties.waitUntilRunning(),
                                        properties.waitRunning(),
                                        properties.delete(),
                                        properties.resume()),
                                lines,
                                context)
                        .run();
        var outputs =
                new Outputs(
                        Metadata.of(ended.pod()),
                        Cluster.object(ended.pod().get("status")),
                        OutputFiles.store(properties.outputFiles(), back, context),
                        lines.outputs());
        var failure = failure(ended);
        if (failure != null) {
            var all = new LinkedHashMap<String, @Nullable Object>();
            all.put("metadata", outputs.metadata());
            all.put("status", outputs.status());
            all.put("outputFiles", outputs.outputFiles());
            all.put("vars", outputs.vars());
            throw new TaskFailedException(failure, all);
        }
        return outputs;
    }

    private static @Nullable String failure(PodRun.Ended ended) {
        if (ended.failure() != null) {
            return ended.failure();
        }
        return ended.exitCodes().entrySet().stream()
                .filter(code -> code.getValue() != 0)
                .map(code ->
                        "Container %s failed with exit code %d"
                                .formatted(code.getKey(), code.getValue()))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable Object rendered(
            @Nullable Object value, Map<String, @Nullable Object> variables, TaskContext context)
            throws TaskFailedException {
        return switch (value) {
            case String text -> context.evaluate(text, variables);
            case Map<?, ?> map -> {
                var all = new LinkedHashMap<String, @Nullable Object>();
                for (var entry : map.entrySet()) {
                    all.put(
                            context.render(String.valueOf(entry.getKey()), variables),
                            rendered(entry.getValue(), variables, context));
                }
                yield all;
            }
            case List<?> list -> {
                var all = new ArrayList<@Nullable Object>();
                for (var one : list) {
                    all.add(rendered(one, variables, context));
                }
                yield all;
            }
            case null, default -> value;
        };
    }
}
