// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.settings;

import io.millrace.platform.problem.ServiceException;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/// Namespaces that only one thing may change, such as the synchronisation with a Git repository.
@Service
public class ManagedNamespaces {
    private static final ScopedValue<String> MANAGER = ScopedValue.newInstance();

    private final SettingsStore settings;

    ManagedNamespaces(SettingsStore settings) {
        this.settings = settings;
    }

    /// Runs what a manager does to its own namespaces.
    public static <T> T as(String manager, Callable<T> work) throws Exception {
        return ScopedValue.where(MANAGER, manager).call(work::call);
    }

    /// @throws ServiceException.Conflict if something else manages one of the namespaces
    public void requireEditable(String tenant, Collection<String> namespaces) {
        var manager = MANAGER.orElse("");
        for (var namespace : namespaces) {
            var by = manager(tenant, namespace);
            if (by != null && !by.equals(manager)) {
                throw new ServiceException.Conflict(
                        "Namespace %s is managed by %s: change it there".formatted(namespace, by));
            }
        }
    }

    /// What manages a namespace: of it and those above, the nearest that says so.
    public @Nullable String manager(String tenant, String namespace) {
        return settings.chain(tenant, namespace).stream()
                .map(NamespaceSettings::managedBy)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }
}
