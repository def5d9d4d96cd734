// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.graph;

import io.millrace.model.Flow;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A flow as nodes, edges, and clusters of nodes, in the form that Kestra's clients draw.
///
/// @param flowables uids of the tasks of flow control
public record FlowGraph(
        List<Node> nodes, List<Edge> edges, List<Cluster> clusters, List<String> flowables) {
    public FlowGraph {
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
        clusters = List.copyOf(clusters);
        flowables = List.copyOf(flowables);
    }

    /// A flow without what its tasks hold, for those who may see its executions alone.
    public static FlowGraph of(Flow flow) {
        return Drawing.of(
                new Drawing.Source(flow, Map.of()),
                Set.of(),
                (call, _) -> {
                    throw new IllegalArgumentException("Not expanded: " + call.flowId());
                });
    }

    /// @param uid path through the clusters, such as `root.parallel.extract`
    /// @param type which kind of node, by the name that Kestra's clients know
    /// @param error whether it belongs to the tasks that run after a failure
    /// @param branchType if it belongs to the tasks that run after the others
    /// @param task of a task: as it is written
    /// @param triggerDeclaration of a trigger: as it is written
    public record Node(
            String uid,
            String type,
            boolean error,
            @Nullable BranchType branchType,
            @Nullable RelationType relationType,
            @Nullable Map<String, @Nullable Object> task,
            @Nullable Map<String, @Nullable Object> triggerDeclaration) {}

    public record Edge(String source, String target, Relation relation) {}

    /// @param value the branch of an `If` or `Switch` that the edge leads into
    public record Relation(@Nullable RelationType relationType, @Nullable String value) {
        static final Relation NONE = new Relation(null, null);
    }

    /// @param cluster the cluster itself
    /// @param nodes uids of what is directly in it
    /// @param parents uids of the clusters around it, the outermost first
    public record Cluster(
            ClusterNode cluster,
            List<String> nodes,
            List<String> parents,
            String start,
            String end) {}

    /// @param taskNode the task that the cluster is drawn for, if it is one
    public record ClusterNode(
            String uid,
            String type,
            boolean error,
            @Nullable BranchType branchType,
            @Nullable RelationType relationType,
            @Nullable Node taskNode) {}

    public enum RelationType {
        SEQUENTIAL,
        CHOICE,
        ERROR,
        FINALLY,
        AFTER_EXECUTION,
        PARALLEL,
        DYNAMIC
    }

    public enum BranchType {
        ERROR,
        FINALLY,
        AFTER_EXECUTION
    }
}
