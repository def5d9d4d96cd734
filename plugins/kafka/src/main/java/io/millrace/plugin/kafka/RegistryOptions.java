// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.Title;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where schemas of Avro are kept.
///
/// @param serdeProperties of those that Confluent's serializers know: `schema.registry.url`,
///   `basic.auth.user.info`, `bearer.auth.token`, `auto.register.schemas`
record RegistryOptions(
        @Title(
                        "What serializers are told: schema.registry.url, and basic.auth.user.info or bearer.auth.token; auto.register.schemas: false if schemas must be there already")
                @Nullable Map<String, String> serdeProperties,
        @Title("The same as schema.registry.url, in `schemaRegistryUrl`")
                @Nullable Map<String, String> schemaRegistryVendor) {

    private static final Set<String> KNOWN =
            Set.of(
                    "schema.registry.url",
                    "schemaRegistryUrl",
                    "basic.auth.credentials.source",
                    "basic.auth.user.info",
                    "bearer.auth.credentials.source",
                    "bearer.auth.token",
                    "auto.register.schemas");

    /// Says what does nothing here, though Confluent's serializers know it.
    void warnOfUnknown(TaskContext context) {
        if (serdeProperties != null) {
            for (var name : serdeProperties.keySet()) {
                if (!KNOWN.contains(name)) {
                    context.log().warn("`%s` of `serdeProperties` does nothing".formatted(name));
                }
            }
        }
    }

    /// @return absent if none is named
    @Nullable String url() {
        for (var name : new String[] {"schema.registry.url", "schemaRegistryUrl"}) {
            if (text(name) != null) {
                return text(name);
            }
        }
        return schemaRegistryVendor == null ? null : schemaRegistryVendor.get("schemaRegistryUrl");
    }

    @Nullable String text(String name) {
        return serdeProperties == null ? null : serdeProperties.get(name);
    }
}
