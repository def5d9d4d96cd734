// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.cluster.Cluster;
import io.millrace.plugin.cluster.Cluster.Kind;
import io.millrace.plugin.kit.RowFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// What tasks share: a cluster that they speak to.
abstract class ClusterTask<P extends Record & Target.At, O extends Record>
        implements TaskPlugin<P, O> {
    private static final int LARGEST_SPEC = 16 << 20;
    private static final Duration LOOK = Duration.ofSeconds(1);

    private PluginSettings settings = new PluginSettings(Map.of());

    @Override
    public void start(PluginSettings settings) {
        this.settings = settings;
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        try (var cluster = Cluster.open(properties.target().connection(), settings, context)) {
            return work(cluster, properties, context);
        }
    }

    abstract O work(Cluster cluster, P properties, TaskContext context) throws Exception;

    /// Objects as a manifest has them.
    ///
    /// @param spec a map, YAML with one or more documents, or the URI of a file of it
    static List<Map<String, @Nullable Object>> manifest(Object spec, TaskContext context)
            throws IOException, TaskFailedException {
        if (spec instanceof Map<?, ?>) {
            return List.of(Cluster.object(spec));
        }
        if (spec instanceof List<?>) {
            return Cluster.objects(spec);
        }
        var text = String.valueOf(spec);
        if (text.strip().startsWith("kestra:///")) {
            try (var content = RowFile.stream(text, context)) {
                text = new String(content.readNBytes(LARGEST_SPEC), StandardCharsets.UTF_8);
            }
        }
        var objects = new ArrayList<Map<String, @Nullable Object>>();
        try {
            var loaded =
                    new Load(LoadSettings.builder().setCodePointLimit(LARGEST_SPEC).build())
                            .loadAllFromString(text);
            for (var document : loaded) {
                if (document instanceof List<?> list) {
                    objects.addAll(Cluster.objects(list));
                } else if (document != null) {
                    var object = Cluster.object(document);
                    if ("List".equals(object.get("kind"))) {
                        objects.addAll(Cluster.objects(object.get("items")));
                    } else {
                        objects.add(object);
                    }
                }
            }
        } catch (YamlEngineException e) {
            throw new TaskFailedException("Expected YAML but " + e.getMessage(), e);
        }
        if (objects.isEmpty()) {
            throw new TaskFailedException("Expected objects of Kubernetes in `spec`");
        }
        return objects;
    }

    /// The one object of a manifest.
    static Map<String, @Nullable Object> single(List<Map<String, @Nullable Object>> objects)
            throws TaskFailedException {
        if (objects.size() != 1) {
            throw new TaskFailedException(
                    "Expected one object in `spec` but got " + objects.size());
        }
        return objects.getFirst();
    }

    /// Waits until an object is ready: a workload, a job or anything with the condition Ready.
    static void awaitReady(
            Cluster cluster, Kind kind, String namespace, String name, Duration within)
            throws TaskFailedException, InterruptedException {
        cluster.api()
                .await(
                        "%s %s".formatted(kind.kind(), name),
                        LOOK,
                        within,
                        () -> {
                            var object = cluster.look(kind, namespace, name);
                            return object != null && Readiness.isReady(kind, object)
                                    ? Optional.of(true)
                                    : Optional.empty();
                        });
    }
}
