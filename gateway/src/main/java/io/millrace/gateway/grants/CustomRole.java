// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.grants;

import io.millrace.platform.access.Permission;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A role that a tenant has made.
///
/// @param asked resources and the actions on them, as they were asked for; those of Kestra's that
///   Millrace has nothing like are kept, and give nothing
public record CustomRole(
        String id,
        String tenant,
        String name,
        @Nullable String description,
        Map<String, List<String>> asked,
        boolean isDefault) {

    /// Names of resources as Kestra has them.
    private static final Map<String, String> KESTRA =
            Map.of(
                    "KVSTORE", "KV",
                    "AUDITLOG", "AUDIT",
                    "SETTING", "QUOTA",
                    "TENANT_ACCESS", "USER",
                    "GROUP_MEMBERSHIP", "GROUP");

    /// What Kestra has no resource of its own for, under the resource that rules it there.
    private static final Map<String, List<String>> PARTS =
            Map.of(
                    "EXECUTION", List.of("LOG", "METRIC"),
                    "FLOW", List.of("TRIGGER"),
                    "NAMESPACE", List.of("FILE"));

    public Set<Permission> permissions() {
        var permissions = EnumSet.noneOf(Permission.class);
        boolean kestras =
                PARTS.values().stream().flatMap(List::stream).noneMatch(asked::containsKey);
        asked.forEach((resource, actions) -> {
            var name = KESTRA.getOrDefault(resource, resource);
            for (var action : actions) {
                add(permissions, name, action);
                if (kestras) {
                    PARTS.getOrDefault(name, List.of()).forEach(p -> add(permissions, p, action));
                }
            }
        });
        return permissions;
    }

    /// Where a resource has no action of its own to make or delete it, changing it is that.
    private static void add(Set<Permission> permissions, String resource, String action) {
        var wanted =
                switch (action) {
                    case "VIEW", "LIST" -> "READ";
                    default -> action;
                };
        Permission.of(resource + "_" + wanted)
                .or(() ->
                        wanted.equals("CREATE") || wanted.equals("DELETE")
                                ? Permission.of(resource + "_UPDATE")
                                : java.util.Optional.empty())
                .ifPresent(permissions::add);
    }
}
