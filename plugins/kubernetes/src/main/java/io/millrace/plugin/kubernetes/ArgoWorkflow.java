// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import io.millrace.plugin.cluster.Cluster;
import io.millrace.plugin.kit.HttpApi;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs a workflow of Argo: one that is given, or one of a template.
@Plugin(
        type = "io.millrace.plugin.argo.workflows.Submit",
        title = "Run a workflow of Argo Workflows")
public final class ArgoWorkflow extends Submitted<ArgoWorkflow.Properties> {

    public record Properties(
            @Inline Target target,
            @Title("The workflow in YAML, or as a map") @Nullable Object spec,
            @Title("Name of a WorkflowTemplate, in place of `spec`") @Nullable String template,
            @Title("Whether it is a ClusterWorkflowTemplate") @Default("false")
                    Boolean clusterScope,
            @Title("Parameters of the workflow") @Nullable Map<String, @Nullable Object> parameters,
            @Inline Following following)
            implements Request {}

    @Override
    Map<String, @Nullable Object> object(Properties properties, TaskContext context)
            throws IOException, TaskFailedException {
        if ((properties.spec() == null) == (properties.template() == null)) {
            throw new TaskFailedException("Expected either spec or template");
        }
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        if (properties.spec() != null) {
            object = single(manifest(properties.spec(), context));
        }
        var spec = Cluster.object(object.get("spec"));
        if (properties.template() != null) {
            spec.put(
                    "workflowTemplateRef",
                    Map.of(
                            "name",
                            properties.template(),
                            "clusterScope",
                            properties.clusterScope()));
        }
        if (properties.parameters() != null) {
            var arguments = Cluster.object(spec.get("arguments"));
            var all = new ArrayList<Map<String, @Nullable Object>>();
            for (var one : Cluster.objects(arguments.get("parameters"))) {
                if (!properties.parameters().containsKey(String.valueOf(one.get("name")))) {
                    all.add(one);
                }
            }
            properties
                    .parameters()
                    .forEach((name, value) -> {
                        var parameter = new LinkedHashMap<String, @Nullable Object>();
                        parameter.put("name", name);
                        parameter.put("value", String.valueOf(value));
                        all.add(parameter);
                    });
            arguments.put("parameters", all);
            spec.put("arguments", arguments);
        }
        object.put("spec", spec);
        return object;
    }

    @Override
    Species species() {
        return new Species(
                "argoproj.io/v1alpha1",
                "Workflow",
                "workflows.argoproj.io/workflow=%s",
                Set.of("main"),
                "{\"spec\":{\"shutdown\":\"Terminate\"}}");
    }

    @Override
    State state(Map<String, @Nullable Object> object) {
        var phase = HttpApi.text(object, "status", "phase");
        var why = HttpApi.text(object, "status", "message");
        return switch (phase == null ? "Pending" : phase) {
            case "Succeeded" -> new State("Succeeded", true, true, null);
            case "Failed", "Error" -> new State(String.valueOf(phase), true, false, why);
            default -> new State(String.valueOf(phase), false, false, null);
        };
    }
}
