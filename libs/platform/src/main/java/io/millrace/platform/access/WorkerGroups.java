// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// For whom the groups of workers are. A group that nothing is said of is for all. The services
/// that dispatch to workers, and those that tell them what is a tenant's, have the same
/// configuration.
///
/// @param workerGroups by name
@ConfigurationProperties("millrace")
public record WorkerGroups(@DefaultValue Map<String, Bound> workerGroups) {

    /// @param tenants whose tasks its workers run
    /// @param namespaces with all below each; none: all of those tenants
    public record Bound(@DefaultValue List<String> tenants, @DefaultValue List<String> namespaces) {
        boolean covers(String tenant, String namespace) {
            return tenants.contains(tenant)
                    && (namespaces.isEmpty()
                            || namespaces.stream()
                                    .anyMatch(n ->
                                            namespace.equals(n) || namespace.startsWith(n + ".")));
        }
    }

    /// Whether a group runs tasks of flows there.
    public boolean serves(String group, String tenant, String namespace) {
        var bound = workerGroups.get(group);
        return bound == null || bound.covers(tenant, namespace);
    }

    /// Whether a service may hear what is of a tenant. All may but a worker that has its group's
    /// own key: that one is told of the group's tenants.
    public boolean opens(ServiceIdentity service, String tenant) {
        return service.workerGroup().map(group -> tenantsOf(group).contains(tenant)).orElse(true);
    }

    /// Whether a group is bound to what runs there: nobody's is not.
    public boolean isBoundTo(String group, String tenant, String namespace) {
        var bound = workerGroups.get(group);
        return bound != null && bound.covers(tenant, namespace);
    }

    /// The tenants of a group whose workers have a key of its own: none, if nobody bound it.
    public List<String> tenantsOf(String group) {
        var bound = workerGroups.get(group);
        return bound == null ? List.of() : bound.tenants();
    }
}
