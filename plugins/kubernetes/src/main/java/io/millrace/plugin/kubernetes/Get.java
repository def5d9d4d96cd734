// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.cluster.Cluster;
import io.millrace.plugin.kit.FetchType;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.Rows;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Looks objects up: their metadata, their status and, in a file, all of them.
@Plugin(type = "io.kestra.plugin.kubernetes.kubectl.Get", title = "Get objects of Kubernetes")
public final class Get extends ClusterTask<Get.Properties, Get.Outputs> {

    public record Properties(
            @Inline Target target,
            @Title("Kind, plural or short name: pods, Deployment, svc") String resourceType,
            @Title("Names; all of the kind if absent") @Nullable List<String> resourcesNames,
            @Title("API group, such as apps; any if absent") @Nullable String apiGroup,
            @Title("API version, such as v1; the preferred one if absent")
                    @Nullable String apiVersion,
            @Title("Which labels, such as app=web,tier!=db") @Nullable String labelSelector,
            @Title("Which fields, such as status.phase=Running") @Nullable String fieldSelector,
            @Title("FETCH, FETCH_ONE, STORE or NONE") @Default("NONE") FetchType fetchType,
            @Title("How long to wait until each named one is ready") @Default("PT0S")
                    Duration waitUntilReady)
            implements Target.At {}

    public record Outputs(
            @Title("Metadata, if fetched") @Nullable List<@Nullable Object> metadataItems,
            @Title("Metadata of the first, if that is fetched") @Nullable Object metadataItem,
            @Title("What their status is, if fetched") @Nullable List<@Nullable Object> statusItems,
            @Title("What the status of the first is, if that is fetched")
                    @Nullable Object statusItem,
            @Title("Whole objects, if fetched") @Nullable List<@Nullable Object> items,
            @Title("File with an object a line, if stored") @Nullable URI uri,
            @Title("How many") long size) {}

    @Override
    Outputs work(Cluster cluster, Properties properties, TaskContext context) throws Exception {
        var namespace = properties.target().namespaceOrDefault();
        var kind =
                cluster.kind(
                        properties.apiGroup(),
                        properties.apiVersion(),
                        properties.resourceType().strip());
        var names = properties.resourcesNames();
        try (var rows = new Rows(context, counted(properties.fetchType()))) {
            if (names != null && !names.isEmpty()) {
                for (var name : names) {
                    if (properties.waitUntilReady().isPositive()) {
                        awaitReady(cluster, kind, namespace, name, properties.waitUntilReady());
                    }
                    var object = cluster.get(kind, namespace, name);
                    if (object == null) {
                        throw new TaskFailedException(
                                "There is no %s %s in %s".formatted(kind.kind(), name, namespace));
                    }
                    if (!rows.add(plain(object))) {
                        break;
                    }
                }
            } else {
                cluster.each(kind, namespace, query(properties), o -> rows.add(plain(o)));
            }
            var result = rows.finish();
            context.count("fetch.size", (double) result.size(), Map.of());
            return outputs(properties.fetchType(), result);
        }
    }

    /// Those that nobody wants are counted still.
    private static FetchType counted(FetchType type) {
        return type == FetchType.NONE ? FetchType.FETCH : type;
    }

    private static Map<String, @Nullable Object> plain(Map<String, @Nullable Object> object) {
        var plain = new LinkedHashMap<String, @Nullable Object>(object);
        plain.put("metadata", Metadata.of(object));
        return plain;
    }

    private static String query(Properties properties) {
        var fields = new LinkedHashMap<String, String>();
        if (properties.labelSelector() != null) {
            fields.put("labelSelector", properties.labelSelector());
        }
        if (properties.fieldSelector() != null) {
            fields.put("fieldSelector", properties.fieldSelector());
        }
        return HttpApi.encoded(fields);
    }

    private static Outputs outputs(FetchType type, Rows.Result result) {
        var rows = result.rows() == null ? List.<@Nullable Object>of() : result.rows();
        return switch (type) {
            case FETCH ->
                    new Outputs(
                            part(rows, "metadata"),
                            null,
                            part(rows, "status"),
                            null,
                            rows,
                            null,
                            result.size());
            case FETCH_ONE ->
                    new Outputs(
                            null,
                            HttpApi.at(result.row(), "metadata"),
                            null,
                            HttpApi.at(result.row(), "status"),
                            null,
                            null,
                            result.size());
            case STORE -> new Outputs(null, null, null, null, null, result.uri(), result.size());
            case NONE -> new Outputs(null, null, null, null, null, null, result.size());
        };
    }

    private static List<@Nullable Object> part(List<@Nullable Object> rows, String name) {
        var parts = new java.util.ArrayList<@Nullable Object>();
        rows.forEach(row -> parts.add(HttpApi.at(row, name)));
        return parts;
    }
}
