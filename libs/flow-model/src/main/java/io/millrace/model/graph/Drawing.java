// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.graph;

import io.millrace.model.Flow;
import io.millrace.model.Task;
import io.millrace.model.graph.FlowGraph.BranchType;
import io.millrace.model.graph.FlowGraph.Cluster;
import io.millrace.model.graph.FlowGraph.ClusterNode;
import io.millrace.model.graph.FlowGraph.Edge;
import io.millrace.model.graph.FlowGraph.Node;
import io.millrace.model.graph.FlowGraph.Relation;
import io.millrace.model.graph.FlowGraph.RelationType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Draws a flow: each task of flow control, and the flow itself, is a cluster with a start and an
/// end between which its tasks lie.
public final class Drawing {
    private static final String KESTRA = "io.kestra.core.models.hierarchies.";
    private static final int MAX_EXPANDED = 50;

    /// A flow with its source as a tree.
    public record Source(Flow flow, Map<String, @Nullable Object> document) {}

    /// Where flows that a task starts are found.
    @FunctionalInterface
    public interface Subflows {
        /// @throws RuntimeException if there is none
        Source find(Task.Call call, String taskId);
    }

    private final Set<String> expanded;
    private final Subflows subflows;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Edge> edges = new ArrayList<>();
    private final List<Cluster> clusters = new ArrayList<>();
    private final List<String> flowables = new ArrayList<>();
    private final Set<String> reached = new HashSet<>();
    private int expansions;

    private Drawing(Set<String> expanded, Subflows subflows) {
        this.expanded = expanded;
        this.subflows = subflows;
    }

    /// @param expanded uids of tasks that start flows, which are drawn as well
    public static FlowGraph of(Source source, Set<String> expanded, Subflows subflows) {
        var drawing = new Drawing(expanded, subflows);
        var root = drawing.new Area("root", List.of(), null, null, null);
        drawing.flow(root, source);
        return new FlowGraph(drawing.nodes, drawing.edges, drawing.clusters, drawing.flowables);
    }

    /// A cluster in the making.
    private final class Area {
        private final String path;
        private final List<String> parents;
        private final @Nullable RelationType relation;
        private final @Nullable BranchType branch;
        private final @Nullable Node taskNode;
        private final List<String> members = new ArrayList<>();
        private final String start;
        private final String end;

        Area(
                String path,
                List<String> parents,
                @Nullable RelationType relation,
                @Nullable BranchType branch,
                @Nullable Node taskNode) {
            this.path = path;
            this.parents = parents;
            this.relation = relation;
            this.branch = branch;
            this.taskNode = taskNode;
            start = add(bare("__start", "GraphClusterRoot"));
            end = add(bare("__end", "GraphClusterEnd"));
            if (taskNode != null) {
                add(taskNode);
                edge(start, taskNode.uid(), Relation.NONE);
            }
        }

        /// Where what is in it begins.
        String entry() {
            return taskNode == null ? start : taskNode.uid();
        }

        String uid() {
            return "cluster_" + path;
        }

        List<String> within() {
            if (path.equals("root")) {
                return List.of();
            }
            var all = new ArrayList<>(parents);
            all.add(uid());
            return all;
        }

        private Node bare(String name, String type) {
            return new Node(
                    path + "." + name,
                    KESTRA + type,
                    branch == BranchType.ERROR,
                    branch,
                    null,
                    null,
                    null);
        }

        private String add(Node node) {
            nodes.add(node);
            members.add(node.uid());
            return node.uid();
        }

        /// Says that all of it has been drawn.
        void close(String type) {
            if (!reached.contains(end)) {
                edge(entry(), end, Relation.NONE);
            }
            if (!path.equals("root")) {
                clusters.add(
                        new Cluster(
                                new ClusterNode(
                                        uid(),
                                        KESTRA + type,
                                        branch == BranchType.ERROR,
                                        branch,
                                        relation,
                                        taskNode),
                                List.copyOf(members),
                                parents,
                                start,
                                end));
            }
        }
    }

    /// What has been drawn for a task: where edges enter and leave.
    private record Drawn(String entry, String exit) {}

    private void edge(String source, String target, Relation relation) {
        edges.add(new Edge(source, target, relation));
        reached.add(target);
    }

    // --- a flow ---------------------------------------------------------------------------------

    private void flow(Area area, Source source) {
        var flow = source.flow();
        var written = new Written(source.document());
        if (!flow.triggers().isEmpty() && area.path.equals("root")) {
            triggers(area, flow, written);
        }
        var exits =
                chain(
                        area,
                        flow.tasks(),
                        area.relation,
                        null,
                        List.of(area.entry()),
                        null,
                        written);
        exits = handlers(area, flow.errors(), flow.finallyTasks(), exits, written);
        if (!flow.afterExecution().isEmpty()) {
            exits =
                    chain(
                            area,
                            flow.afterExecution(),
                            RelationType.AFTER_EXECUTION,
                            null,
                            exits,
                            BranchType.AFTER_EXECUTION,
                            written);
        }
        exits.forEach(exit -> edge(exit, area.end, Relation.NONE));
        area.close("GraphCluster");
    }

    private void triggers(Area root, Flow flow, Written written) {
        var area = new Area("root.Triggers", List.of(), null, null, null);
        root.members.add(area.uid());
        for (var trigger : flow.triggers()) {
            var uid =
                    area.add(
                            new Node(
                                    area.path + "." + trigger.id(),
                                    KESTRA + "GraphTrigger",
                                    false,
                                    null,
                                    null,
                                    null,
                                    written.trigger(trigger.id(), trigger.type())));
            edge(area.start, uid, Relation.NONE);
            edge(uid, area.end, Relation.NONE);
        }
        area.close("GraphCluster");
        edge(area.end, root.start, Relation.NONE);
    }

    /// The tasks that run after a failure, and those that run in any case.
    ///
    /// @param exits of the tasks before
    /// @return what is left to be led to the end
    private List<String> handlers(
            Area area,
            List<Task> errors,
            List<Task> finallyTasks,
            List<String> exits,
            Written written) {
        var open = new ArrayList<>(exits);
        if (!errors.isEmpty()) {
            open.addAll(
                    chain(
                            area,
                            errors,
                            RelationType.ERROR,
                            null,
                            List.of(area.start),
                            BranchType.ERROR,
                            written));
        }
        if (finallyTasks.isEmpty()) {
            return open;
        }
        return chain(
                area, finallyTasks, RelationType.FINALLY, null, open, BranchType.FINALLY, written);
    }

    /// Tasks one after the other.
    ///
    /// @param first relation of the edge to the first of them
    /// @return where the last one is left; the places to come from, if there are no tasks
    private List<String> chain(
            Area area,
            List<Task> tasks,
            @Nullable RelationType first,
            @Nullable String value,
            List<String> from,
            @Nullable BranchType branch,
            Written written) {
        var previous = from;
        var relation = new Relation(first, value);
        var following =
                first == RelationType.ERROR
                                || first == RelationType.FINALLY
                                || first == RelationType.AFTER_EXECUTION
                        ? first
                        : RelationType.SEQUENTIAL;
        for (var task : tasks) {
            var drawn = task(area, task, RelationType.SEQUENTIAL, branch, written);
            for (var exit : previous) {
                edge(exit, drawn.entry(), relation);
            }
            previous = List.of(drawn.exit());
            relation = new Relation(following, null);
        }
        return previous;
    }

    // --- tasks ----------------------------------------------------------------------------------

    private Drawn task(
            Area area,
            Task task,
            RelationType relation,
            @Nullable BranchType branch,
            Written written) {
        var uid = area.path + "." + task.id();
        var inherited = branch == null ? area.branch : branch;
        return switch (task) {
            // its parts are the same for each, and no part of the source
            case Task.ForEachItem each ->
                    starter(area, task, each.call(), uid, relation, inherited, written);
            // what it stands for is no part of the source
            case Task.Template _ ->
                    leaf(area, node(uid, "GraphTask", task, relation, inherited, written));
            case Task.Flowable flowable -> flowable(area, flowable, uid, inherited, written);
            case Task.Subflow subflow ->
                    starter(area, task, subflow.call(), uid, relation, inherited, written);
            case Task.Batches batches ->
                    starter(area, task, batches.call(), uid, relation, inherited, written);
            case Task.PluginTask _ ->
                    leaf(area, node(uid, "GraphTask", task, relation, inherited, written));
        };
    }

    private static Drawn leaf(Area area, Node node) {
        area.add(node);
        return new Drawn(node.uid(), node.uid());
    }

    private static Node node(
            String uid,
            String type,
            Task task,
            @Nullable RelationType relation,
            @Nullable BranchType branch,
            Written written) {
        return new Node(
                uid,
                KESTRA + type,
                branch == BranchType.ERROR,
                branch,
                relation,
                written.task(task.id(), task.type()),
                null);
    }

    private Drawn starter(
            Area area,
            Task task,
            Task.Call call,
            String uid,
            RelationType relation,
            @Nullable BranchType branch,
            Written written) {
        var node = node(uid, "SubflowGraphTask", task, relation, branch, written);
        if (!expanded.contains(uid)) {
            area.add(node);
            return new Drawn(uid, uid);
        }
        if (++expansions > MAX_EXPANDED) {
            throw new IllegalArgumentException(
                    "Expected at most %d expanded subflows".formatted(MAX_EXPANDED));
        }
        var inner = new Area(uid, area.within(), RelationType.SEQUENTIAL, branch, node);
        area.members.add(inner.uid());
        var source = subflows.find(call, task.id());
        var tree = new Written(source.document());
        var flow = source.flow();
        var exits =
                chain(
                        inner,
                        flow.tasks(),
                        RelationType.SEQUENTIAL,
                        null,
                        List.of(inner.entry()),
                        null,
                        tree);
        exits = handlers(inner, flow.errors(), flow.finallyTasks(), exits, tree);
        exits.forEach(exit -> edge(exit, inner.end, Relation.NONE));
        inner.close("SubflowGraphCluster");
        return new Drawn(inner.start, inner.end);
    }

    private Drawn flowable(
            Area outer,
            Task.Flowable task,
            String uid,
            @Nullable BranchType branch,
            Written written) {
        var relation = relationWithin(task);
        var area =
                new Area(
                        uid,
                        outer.within(),
                        relation,
                        branch,
                        node(uid, "GraphTask", task, relation, branch, written));
        outer.members.add(area.uid());
        flowables.add(uid);
        var exits = body(area, task, relation, written);
        var handlers = task.handlers();
        handlers(area, handlers.errors(), handlers.finallyTasks(), exits, written)
                .forEach(exit -> edge(exit, area.end, Relation.NONE));
        area.close("GraphCluster");
        return new Drawn(area.start, area.end);
    }

    private static RelationType relationWithin(Task.Flowable task) {
        return switch (task) {
            case Task.Parallel _, Task.Dag _ -> RelationType.PARALLEL;
            case Task.If _, Task.Switch _, Task.Approval _ -> RelationType.CHOICE;
            case Task.ForEach _, Task.EachSequential _, Task.EachParallel _, Task.Loop _ ->
                    RelationType.DYNAMIC;
            case Task.Sequential _,
                    Task.AllowFailure _,
                    Task.Pause _,
                    Task.LoopUntil _,
                    Task.ForEachItem _,
                    Task.Template _,
                    Task.WorkingDirectory _ ->
                    RelationType.SEQUENTIAL;
        };
    }

    /// @return where what is within the task is left
    private List<String> body(
            Area area, Task.Flowable task, RelationType relation, Written written) {
        return switch (task) {
            case Task.Parallel parallel -> beside(area, parallel.tasks(), written);
            case Task.EachParallel each -> beside(area, each.tasks(), written);
            case Task.Dag dag -> dag(area, dag, written);
            case Task.If choice -> {
                var exits = new ArrayList<>(branch(area, choice.then(), "then", written));
                exits.addAll(branch(area, choice.otherwise(), "else", written));
                yield exits;
            }
            case Task.Switch choice -> {
                var exits = new ArrayList<String>();
                choice.cases()
                        .forEach((value, tasks) ->
                                exits.addAll(branch(area, tasks, value, written)));
                exits.addAll(branch(area, choice.defaults(), "defaults", written));
                yield exits;
            }
            case Task.Approval approval -> {
                var exits = new ArrayList<>(branch(area, approval.onWait(), "wait", written));
                exits.addAll(branch(area, approval.onApprove(), "approve", written));
                exits.addAll(branch(area, approval.onDeny(), "deny", written));
                yield exits;
            }
            case Task.Loop loop when loop.rollout() != null -> {
                var exits =
                        chain(
                                area,
                                loop.tasks(),
                                relation,
                                null,
                                List.of(area.entry()),
                                null,
                                written);
                // what is looked at between waves comes after the targets
                yield loop.rollout().healthCheck().isEmpty()
                        ? exits
                        : chain(
                                area,
                                loop.rollout().healthCheck(),
                                RelationType.SEQUENTIAL,
                                null,
                                exits,
                                null,
                                written);
            }
            default ->
                    chain(area, task.body(), relation, null, List.of(area.entry()), null, written);
        };
    }

    private List<String> branch(Area area, List<Task> tasks, String value, Written written) {
        return tasks.isEmpty()
                ? List.of()
                : chain(
                        area,
                        tasks,
                        RelationType.CHOICE,
                        value,
                        List.of(area.entry()),
                        null,
                        written);
    }

    private List<String> beside(Area area, List<Task> tasks, Written written) {
        var exits = new ArrayList<String>();
        for (var task : tasks) {
            var drawn = task(area, task, RelationType.PARALLEL, null, written);
            edge(area.entry(), drawn.entry(), new Relation(RelationType.PARALLEL, null));
            exits.add(drawn.exit());
        }
        return exits;
    }

    private List<String> dag(Area area, Task.Dag dag, Written written) {
        var drawn = new HashMap<String, Drawn>();
        var needed = new HashSet<String>();
        for (var node : dag.nodes()) {
            drawn.put(
                    node.task().id(),
                    task(area, node.task(), RelationType.SEQUENTIAL, null, written));
            needed.addAll(node.dependsOn());
        }
        var exits = new ArrayList<String>();
        var relation = new Relation(RelationType.PARALLEL, null);
        for (var node : dag.nodes()) {
            var own = drawn.get(node.task().id());
            if (own == null) {
                continue;
            }
            if (node.dependsOn().isEmpty()) {
                edge(area.entry(), own.entry(), relation);
            }
            for (var dependency : node.dependsOn()) {
                Optional.ofNullable(drawn.get(dependency))
                        .ifPresent(before -> edge(before.exit(), own.entry(), relation));
            }
            if (!needed.contains(node.task().id())) {
                exits.add(own.exit());
            }
        }
        return exits;
    }

    // --- as it is written -----------------------------------------------------------------------

    /// Finds tasks and triggers in the tree of a source.
    private static final class Written {
        private final Map<String, Map<String, @Nullable Object>> tasks = new HashMap<>();
        private final Map<String, Map<String, @Nullable Object>> triggers = new HashMap<>();

        Written(Map<String, @Nullable Object> document) {
            document.forEach((key, value) -> {
                if (key.equals("triggers")) {
                    collect(value, triggers);
                } else if (!key.equals("inputs") && !key.equals("outputs")) {
                    collect(value, tasks);
                }
            });
        }

        @SuppressWarnings("unchecked") // the keys of documents are text
        private static void collect(
                @Nullable Object tree, Map<String, Map<String, @Nullable Object>> into) {
            switch (tree) {
                case Map<?, ?> map -> {
                    if (map.get("id") != null && map.get("type") instanceof String) {
                        into.putIfAbsent(
                                String.valueOf(map.get("id")), (Map<String, @Nullable Object>) map);
                    }
                    map.values().forEach(value -> collect(value, into));
                }
                case List<?> list -> list.forEach(item -> collect(item, into));
                case null, default -> {
                    // nothing is in it
                }
            }
        }

        Map<String, @Nullable Object> task(String id, String type) {
            return find(tasks, id, type);
        }

        Map<String, @Nullable Object> trigger(String id, String type) {
            return find(triggers, id, type);
        }

        private static Map<String, @Nullable Object> find(
                Map<String, Map<String, @Nullable Object>> all, String id, String type) {
            var found = all.get(id);
            if (found != null) {
                return found;
            }
            var bare = new LinkedHashMap<String, @Nullable Object>();
            bare.put("id", id);
            bare.put("type", type);
            return bare;
        }
    }
}
