// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Which namespaces a running task may touch beside its flow's own: what it may do must not exceed
/// what those may do who edit its flow (ADR 0020).
///
/// @param reach `hierarchy`: a task reads its own namespace, those above it and those below it, and
///   writes its own and those below it. `tenant`: it reads and writes all namespaces of its tenant
/// @param systemNamespace tasks of flows in it reach the whole tenant
/// @param calls whose flows a flow may start or hear, where the namespace of those doesn't say who
///   may: `tenant`: all; `hierarchy`: those of its own namespace, above it and below it
@ConfigurationProperties("millrace.tasks")
public record TaskReach(
        @DefaultValue("hierarchy") Reach reach,
        @DefaultValue("system") String systemNamespace,
        @DefaultValue("tenant") Reach calls) {

    /// The default.
    public static final TaskReach HIERARCHY =
            new TaskReach(Reach.HIERARCHY, "system", Reach.TENANT);

    /// Of those whom a namespace allows: all of the tenant.
    public static final String ALL = "*";

    public enum Reach {
        HIERARCHY,
        TENANT
    }

    /// @param own namespace of the task's flow
    public boolean mayRead(String own, String other) {
        return mayWrite(own, other) || own.startsWith(other + ".");
    }

    /// @param own namespace of the task's flow
    public boolean mayWrite(String own, String other) {
        return isEverywhere(own) || own.equals(other) || other.startsWith(own + ".");
    }

    /// Whether flows of a namespace may use what is in another: start its flows, and hear of what
    /// runs there.
    ///
    /// @param own namespace of the flow
    /// @param allowed whom the other namespace allows, with all below each; absent: it doesn't say
    public boolean mayUse(String own, String other, @Nullable List<String> allowed) {
        return isRelated(own, other)
                || own.equals(systemNamespace)
                || (allowed == null ? calls == Reach.TENANT : covers(allowed, own));
    }

    /// Whether a task may read what is in another namespace, which may have allowed it to.
    ///
    /// @param own namespace of the task's flow
    /// @param allowed whom the other namespace allows; absent: it doesn't say
    public boolean mayRead(String own, String other, @Nullable List<String> allowed) {
        return mayRead(own, other) || (allowed != null && covers(allowed, own));
    }

    /// What is said where [#mayUse] says no.
    public static String refusedUse(String own, String other) {
        return "Namespace '%s' isn't allowed to use flows of namespace '%s'".formatted(own, other);
    }

    private static boolean isRelated(String own, String other) {
        return own.equals(other) || other.startsWith(own + ".") || own.startsWith(other + ".");
    }

    private static boolean covers(List<String> namespaces, String namespace) {
        return namespaces.stream()
                .anyMatch(
                        n -> n.equals(ALL) || namespace.equals(n) || namespace.startsWith(n + "."));
    }

    /// The namespaces that a task may write to.
    ///
    /// @param own namespace of the task's flow
    public NamespaceScope writable(String own) {
        return isEverywhere(own)
                ? new NamespaceScope(true, List.of())
                : new NamespaceScope(false, List.of(own));
    }

    private boolean isEverywhere(String own) {
        return reach == Reach.TENANT || own.equals(systemNamespace);
    }

    /// A namespace and all above it, nearest first: the order in which things are inherited.
    public static List<String> lineage(String namespace) {
        var lineage = new ArrayList<String>();
        lineage.add(namespace);
        for (int dot = namespace.lastIndexOf('.');
                dot > 0;
                dot = namespace.lastIndexOf('.', dot - 1)) {
            lineage.add(namespace.substring(0, dot));
        }
        return List.copyOf(lineage);
    }
}
