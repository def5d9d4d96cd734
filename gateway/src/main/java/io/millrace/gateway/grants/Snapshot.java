// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.grants;

import io.millrace.gateway.signin.Principal;
import io.millrace.platform.access.Grant;
import io.millrace.platform.access.Permission;
import io.millrace.platform.access.Quota;
import io.millrace.platform.access.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who may do what, as of one moment.
///
/// @param version of all that is in it
/// @param tenants that can be entered
/// @param byTenant the bindings of each tenant
/// @param roles of all tenants, by id
/// @param memberships groups that were given here, by tenant and user, or [#memberOf] an account
/// @param operators users who run the installation
/// @param restricted users who may do nothing
/// @param operatorGroups groups whose members run the installation
/// @param quotas of each tenant
/// @param expected until when people are, whom nobody has seen yet, by their address in lower case
public record Snapshot(
        long version,
        Set<String> tenants,
        Map<String, List<Binding>> byTenant,
        Map<String, CustomRole> roles,
        Map<String, Map<String, Set<String>>> memberships,
        Set<String> operators,
        Set<String> restricted,
        Set<String> operatorGroups,
        Map<String, List<Quota>> quotas,
        Map<String, Instant> expected) {
    static final Snapshot NONE =
            new Snapshot(
                    -1, Set.of(), Map.of(), Map.of(), Map.of(), Set.of(), Set.of(), Set.of(),
                    Map.of(), Map.of());

    /// What a principal may do in a tenant; empty if he may not know that it exists.
    public List<Grant> grants(Principal principal, String tenant) {
        var account = principal.account();
        if (!tenants.contains(tenant)
                || restricted.contains(principal.subject())
                || (account != null
                        && account.tenant() != null
                        && !account.tenant().equals(tenant))) {
            return List.of();
        }
        var groups = groups(principal, tenant);
        var grants = new ArrayList<Grant>();
        for (var binding : byTenant.getOrDefault(tenant, List.of())) {
            boolean meant =
                    switch (binding.kind()) {
                        case USER -> account == null && binding.name().equals(principal.subject());
                        case GROUP -> groups.contains(binding.name());
                        case SERVICE_ACCOUNT ->
                                account != null && binding.name().equals(account.id());
                    };
            if (meant) {
                grant(binding).ifPresent(grants::add);
            }
        }
        for (var mapped : principal.mapped()) {
            if (mapped.tenant().equals(tenant)) {
                grants.add(mapped.grant());
            }
        }
        var bounds = principal.bounds();
        return bounds == null
                ? grants
                : grants.stream().flatMap(g -> g.within(bounds).stream()).toList();
    }

    /// What a service account is called among the members of groups: no issuer names a user so.
    static String memberOf(String account) {
        return "\0account " + account;
    }

    /// The groups that a principal is in, as a tenant sees them.
    public Set<String> groups(Principal principal, String tenant) {
        var given =
                memberships
                        .getOrDefault(tenant, Map.of())
                        .getOrDefault(
                                principal.account() == null
                                        ? principal.subject()
                                        : memberOf(principal.account().id()),
                                Set.of());
        if (given.isEmpty()) {
            return principal.groups();
        }
        var all = new HashSet<>(principal.groups());
        all.addAll(given);
        return all;
    }

    public List<Quota> quotas(String tenant) {
        return quotas.getOrDefault(tenant, List.of());
    }

    public boolean isOperator(Principal principal) {
        var account = principal.account();
        if (account != null) {
            return account.operator() && principal.bounds() == null;
        }
        return principal.bounds() == null && isOperator(principal.subject(), principal.groups());
    }

    /// Whether a user runs the installation, by himself or by one of these groups.
    public boolean isOperator(String subject, Collection<String> groups) {
        return !restricted.contains(subject)
                && (operators.contains(subject)
                        || groups.stream().anyMatch(operatorGroups::contains));
    }

    /// What a binding gives; nothing if its role is gone.
    public Optional<Grant> grant(Binding binding) {
        return permissions(binding.tenant(), binding.role())
                .map(p -> new Grant(name(binding.role()), p, binding.namespace()));
    }

    /// What a role gives, if the tenant has it.
    public Optional<Set<Permission>> permissions(String tenant, String role) {
        return Role.of(role)
                .map(Role::permissions)
                .or(() ->
                        Optional.ofNullable(roles.get(role))
                                .filter(r -> r.tenant().equals(tenant))
                                .map(CustomRole::permissions));
    }

    /// What people call a role.
    public String name(String role) {
        var custom = roles.get(role);
        return custom == null ? role : custom.name();
    }
}
