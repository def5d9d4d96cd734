// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kubernetes;

import io.millrace.plugin.cluster.Cluster;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What stands about an object, without who manages which of its fields.
final class Metadata {
    private Metadata() {}

    static Map<String, @Nullable Object> of(Map<String, @Nullable Object> object) {
        var metadata = Cluster.object(object.get("metadata"));
        metadata.remove("managedFields");
        return metadata;
    }
}
