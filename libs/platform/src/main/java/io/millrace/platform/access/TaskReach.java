// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Which namespaces a running task may touch beside its flow's own: what it may do must not exceed
/// what those may do who edit its flow (ADR 0020).
///
/// @param reach `hierarchy`: a task reads its own namespace, those above it and those below it, and
///   writes its own and those below it. `tenant`: it reads and writes all namespaces of its tenant
/// @param systemNamespace tasks of flows in it reach the whole tenant
@ConfigurationProperties("millrace.tasks")
public record TaskReach(
        @DefaultValue("hierarchy") Reach reach, @DefaultValue("system") String systemNamespace) {

    /// The default.
    public static final TaskReach HIERARCHY = new TaskReach(Reach.HIERARCHY, "system");

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
