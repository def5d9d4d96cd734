// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.graph;

import io.millrace.model.Flow;
import io.millrace.model.Task;
import io.millrace.model.TaskTypes;
import io.millrace.model.Trigger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a flow says of others: which it starts, and the ends of which start it. Names that only an
/// execution can render aren't among them.
///
/// @param starts flows that its tasks start
/// @param follows for each of its flow triggers: what the upstream flow must be
public record FlowLinks(List<Name> starts, List<Upstream> follows) {
    public FlowLinks {
        starts = List.copyOf(starts);
        follows = List.copyOf(follows);
    }

    /// A flow of the same tenant.
    public record Name(String namespace, String id) {}

    /// Any of these flows may be upstream.
    public record Upstream(List<Pattern> anyOf) {
        public Upstream {
            anyOf = List.copyOf(anyOf);
        }

        public boolean matches(Name flow) {
            return anyOf.stream().anyMatch(pattern -> pattern.matches(flow));
        }
    }

    /// @param namespace absent: any
    /// @param comparison how a namespace is compared
    /// @param id absent: any
    public record Pattern(@Nullable String namespace, Comparison comparison, @Nullable String id) {
        private static final Pattern ANY = new Pattern(null, Comparison.EQUALS, null);

        boolean matches(Name flow) {
            return (id == null || id.equals(flow.id()))
                    && (namespace == null || comparison.matches(flow.namespace(), namespace));
        }

        /// What both allow; the namespace of this one counts.
        Pattern and(Pattern other) {
            if (namespace == null) {
                return new Pattern(other.namespace, other.comparison, id == null ? other.id : id);
            }
            return new Pattern(namespace, comparison, id == null ? other.id : id);
        }
    }

    public enum Comparison {
        EQUALS,
        PREFIX,
        SUFFIX;

        boolean matches(String namespace, String wanted) {
            return switch (this) {
                case EQUALS -> namespace.equals(wanted);
                case PREFIX -> namespace.startsWith(wanted);
                case SUFFIX -> namespace.endsWith(wanted);
            };
        }
    }

    public static FlowLinks of(Flow flow) {
        var starts = new ArrayList<Name>();
        for (var task : flow.allTasks()) {
            switch (task) {
                case Task.Subflow subflow -> add(subflow.call(), starts);
                case Task.ForEachItem each -> add(each.call(), starts);
                default -> {
                    // starts no flow
                }
            }
        }
        var follows = new ArrayList<Upstream>();
        for (var trigger : flow.triggers()) {
            if (trigger.type().equals(TaskTypes.CORE + "trigger.Flow") && !trigger.disabled()) {
                follows.add(upstream(trigger));
            }
        }
        return new FlowLinks(starts.stream().distinct().toList(), follows);
    }

    private static void add(Task.Call call, List<Name> starts) {
        if (!dynamic(call.namespace()) && !dynamic(call.flowId())) {
            starts.add(new Name(call.namespace(), call.flowId()));
        }
    }

    private static boolean dynamic(String text) {
        return text.contains("{{") || text.contains("{%");
    }

    private static Upstream upstream(Trigger trigger) {
        var common = Pattern.ANY;
        var alternatives = new ArrayList<Pattern>();
        for (var condition : trigger.conditions()) {
            if (condition.get("conditions") instanceof Map<?, ?> named) {
                named.values().forEach(value -> alternatives.add(pattern(value)));
            } else {
                common = common.and(pattern(condition));
            }
        }
        for (var key : List.of("preconditions", "dependsOn")) {
            if (trigger.properties().get(key) instanceof Map<?, ?> map) {
                flows(map.get("flows"), alternatives);
            } else {
                flows(trigger.properties().get(key), alternatives);
            }
        }
        var all = common;
        return new Upstream(
                alternatives.isEmpty()
                        ? List.of(all)
                        : alternatives.stream().map(all::and).toList());
    }

    private static void flows(@Nullable Object list, Collection<Pattern> patterns) {
        if (list instanceof List<?> flows) {
            for (var flow : flows) {
                if (flow instanceof Map<?, ?> map) {
                    patterns.add(
                            new Pattern(
                                    text(map.get("namespace")),
                                    Comparison.EQUALS,
                                    text(map.get("flowId"))));
                }
            }
        }
    }

    /// What a condition demands of the upstream flow.
    private static Pattern pattern(@Nullable Object condition) {
        if (!(condition instanceof Map<?, ?> map) || !(map.get("type") instanceof String type)) {
            return Pattern.ANY;
        }
        return switch (type.substring(type.lastIndexOf('.') + 1)) {
            case "ExecutionFlow", "FlowCondition" ->
                    new Pattern(
                            text(map.get("namespace")), Comparison.EQUALS, text(map.get("flowId")));
            case "ExecutionNamespace", "FlowNamespaceCondition" ->
                    new Pattern(text(map.get("namespace")), comparison(map), null);
            default -> Pattern.ANY;
        };
    }

    private static Comparison comparison(Map<?, ?> condition) {
        if (Objects.equals(condition.get("prefix"), true)
                || "true".equals(condition.get("prefix"))) {
            return Comparison.PREFIX;
        }
        return switch (text(condition.get("comparison"))) {
            case "PREFIX" -> Comparison.PREFIX;
            case "SUFFIX" -> Comparison.SUFFIX;
            case null, default -> Comparison.EQUALS;
        };
    }

    /// Absent if it isn't known before an execution.
    private static @Nullable String text(@Nullable Object value) {
        return value == null || dynamic(value.toString()) ? null : value.toString();
    }
}
