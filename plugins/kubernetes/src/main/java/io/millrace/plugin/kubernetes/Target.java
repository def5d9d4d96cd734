// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import io.millrace.plugin.Title;
import io.millrace.plugin.cluster.ClusterConnection;
import org.jspecify.annotations.Nullable;

/// The cluster, and where in it.
record Target(
        @Title("The cluster; the worker's own if absent and allowed")
                @Nullable ClusterConnection connection,
        @Title("Namespace, where an object names none") @Nullable String namespace) {

    /// What tasks name.
    interface At {
        Target target();
    }

    String namespaceOrDefault() {
        if (namespace != null) {
            return namespace.strip();
        }
        return connection == null || connection.namespace() == null
                ? "default"
                : connection.namespace().strip();
    }
}
