// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.graph;

import io.millrace.model.Flow;
import io.millrace.model.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A flow as nodes and edges, for people to look at, in the shape that Kestra's clients know: flow
/// control is a cluster, with a node where it begins and one where it ends.
///
/// @param flowables uids of the nodes of flow control
public record FlowGraph(
        List<Node> nodes, List<Edge> edges, List<Cluster> clusters, List<String> flowables) {
    private static final String TYPES = "io.kestra.core.models.hierarchies.";

    public FlowGraph {
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
        clusters = List.copyOf(clusters);
        flowables = List.copyOf(flowables);
    }

    /// @param uid unique in the graph: the ids of the tasks around it and its own, with dots
    /// @param type what the node is, as Kestra names it
    /// @param task absent for where something begins or ends
    public record Node(String uid, String type, @Nullable TaskRef task) {}

    public record TaskRef(String id, String type, boolean disabled) {}

    /// @param relation absent where nothing is to be said
    public record Edge(String source, String target, @Nullable Relation relation) {}

    /// @param relationType SEQUENTIAL, CHOICE, ERROR, FINALLY, AFTER_EXECUTION, PARALLEL or DYNAMIC
    /// @param value the case of a choice
    public record Relation(String relationType, @Nullable String value) {}

    /// @param parents uids of the clusters around it, the outermost first
    /// @param start uid of the node where it begins
    /// @param end uid of the node where it ends
    public record Cluster(
            Node cluster, List<String> nodes, List<String> parents, String start, String end) {
        public Cluster {
            nodes = List.copyOf(nodes);
            parents = List.copyOf(parents);
        }
    }

    public static FlowGraph of(Flow flow) {
        return new Builder().build(flow);
    }

    /// Nodes that lie within one cluster.
    private static final class Area {
        final String prefix;
        final List<String> parents;
        final List<String> nodes = new ArrayList<>();
        final String end;

        Area(String prefix, List<String> parents, String end) {
            this.prefix = prefix;
            this.parents = parents;
            this.end = end;
        }
    }

    private static final class Builder {
        private final List<Node> nodes = new ArrayList<>();
        private final List<Edge> edges = new ArrayList<>();
        private final List<Cluster> clusters = new ArrayList<>();
        private final List<String> flowables = new ArrayList<>();

        FlowGraph build(Flow flow) {
            var root = new Area("", List.of(), "root.end");
            node("root.start", "GraphClusterRoot", null, root);
            var last = sequence(flow.tasks(), "root.start", relation("SEQUENTIAL"), root);
            for (var errors = flow.errors(); !errors.isEmpty(); errors = List.of()) {
                edge(sequence(errors, "root.start", relation("ERROR"), root), root.end, null);
            }
            if (!flow.finallyTasks().isEmpty()) {
                last = sequence(flow.finallyTasks(), last, relation("FINALLY"), root);
            }
            if (!flow.afterExecution().isEmpty()) {
                last = sequence(flow.afterExecution(), last, relation("AFTER_EXECUTION"), root);
            }
            edge(last, root.end, null);
            node(root.end, "GraphClusterEnd", null, root);
            return new FlowGraph(nodes, edges, clusters, flowables);
        }

        private static Relation relation(String type) {
            return new Relation(type, null);
        }

        private void node(String uid, String type, @Nullable Task task, Area area) {
            var ref =
                    task == null
                            ? null
                            : new TaskRef(
                                    task.common().id(),
                                    task.common().type(),
                                    task.common().disabled());
            nodes.add(new Node(uid, TYPES + type, ref));
            area.nodes.add(uid);
        }

        private void edge(String source, String target, @Nullable Relation relation) {
            edges.add(new Edge(source, target, relation));
        }

        /// Tasks one after the other.
        ///
        /// @return uid of the node that the last one ends at
        private String sequence(List<Task> tasks, String from, Relation first, Area area) {
            var last = from;
            var relation = first;
            for (var task : tasks) {
                last = add(task, last, relation, area);
                relation = relation("SEQUENTIAL");
            }
            return last;
        }

        /// @return uid of the node that it ends at
        private String add(Task task, String from, Relation relation, Area area) {
            var uid = area.prefix + task.common().id();
            if (!(task instanceof Task.Flowable flowable)) {
                node(uid, "GraphTask", task, area);
                edge(from, uid, relation);
                return uid;
            }
            var parents = new ArrayList<>(area.parents);
            if (!area.prefix.isEmpty()) {
                parents.add("cluster_" + area.prefix.substring(0, area.prefix.length() - 1));
            }
            var inner = new Area(uid + ".", parents, uid + ".end");
            var start = uid + ".start";
            node(start, "GraphClusterRoot", null, inner);
            edge(from, start, relation);
            node(uid, "GraphTask", task, inner);
            edge(start, uid, null);
            flowables.add(uid);
            body(flowable, uid, inner);
            var handlers = flowable.handlers();
            if (!handlers.errors().isEmpty()) {
                edge(sequence(handlers.errors(), uid, relation("ERROR"), inner), inner.end, null);
            }
            if (!handlers.finallyTasks().isEmpty()) {
                edge(
                        sequence(handlers.finallyTasks(), uid, relation("FINALLY"), inner),
                        inner.end,
                        null);
            }
            node(inner.end, "GraphClusterEnd", null, inner);
            clusters.add(
                    new Cluster(
                            new Node("cluster_" + uid, TYPES + "GraphCluster", null),
                            inner.nodes,
                            inner.parents,
                            start,
                            inner.end));
            return inner.end;
        }

        private void body(Task.Flowable flowable, String uid, Area area) {
            switch (flowable) {
                case Task.Parallel parallel -> beside(parallel.tasks(), "PARALLEL", uid, area);
                case Task.EachParallel each -> beside(each.tasks(), "DYNAMIC", uid, area);
                case Task.Dag dag -> dag(dag, uid, area);
                case Task.If choice -> {
                    branch(choice.then(), "then", uid, area);
                    if (choice.otherwise().isEmpty()) {
                        edge(uid, area.end, new Relation("CHOICE", "else"));
                    } else {
                        branch(choice.otherwise(), "else", uid, area);
                    }
                }
                case Task.Switch choice -> {
                    choice.cases().forEach((value, tasks) -> branch(tasks, value, uid, area));
                    if (!choice.defaults().isEmpty()) {
                        branch(choice.defaults(), "defaults", uid, area);
                    }
                }
                case Task.ForEach _, Task.EachSequential _, Task.Loop _, Task.LoopUntil _ ->
                        inOrder(flowable.body(), "DYNAMIC", uid, area);
                case Task.Sequential _,
                        Task.AllowFailure _,
                        Task.Pause _,
                        Task.WorkingDirectory _ ->
                        inOrder(flowable.body(), "SEQUENTIAL", uid, area);
            }
        }

        private void inOrder(List<Task> tasks, String relation, String uid, Area area) {
            edge(sequence(tasks, uid, relation(relation), area), area.end, null);
        }

        private void branch(List<Task> tasks, String value, String uid, Area area) {
            edge(sequence(tasks, uid, new Relation("CHOICE", value), area), area.end, null);
        }

        private void beside(List<Task> tasks, String relation, String uid, Area area) {
            for (var task : tasks) {
                edge(add(task, uid, relation(relation), area), area.end, null);
            }
        }

        /// In the order of the source a task may stand before those that it depends on.
        private void dag(Task.Dag dag, String uid, Area area) {
            var ends = new LinkedHashMap<String, String>();
            var starts = new LinkedHashMap<String, String>();
            for (var node : dag.nodes()) {
                var task = node.task();
                int before = edges.size();
                ends.put(task.common().id(), add(task, uid, relation("PARALLEL"), area));
                starts.put(task.common().id(), edges.get(before).target());
                if (!node.dependsOn().isEmpty()) {
                    edges.remove(before);
                }
            }
            for (var node : dag.nodes()) {
                for (var other : node.dependsOn()) {
                    var end = ends.get(other);
                    if (end != null) {
                        edge(
                                end,
                                starts.getOrDefault(node.task().common().id(), uid),
                                relation("SEQUENTIAL"));
                    }
                }
                boolean last =
                        dag.nodes().stream()
                                .noneMatch(n -> n.dependsOn().contains(node.task().common().id()));
                if (last) {
                    edge(ends.getOrDefault(node.task().common().id(), uid), area.end, null);
                }
            }
        }
    }
}
