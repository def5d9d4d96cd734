// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/// Lets pass only the auto-configurations that a service asks for.
///
/// In the embedded default the jars of all services share one class path. Without this, the
/// scheduler would get the gateway's routes because their jar is there. A service names prefixes in
/// `millrace.autoconfigure.allow`; `millrace.autoconfigure.base` in `platform.yml` has those of
/// all. Where neither is set nothing is filtered.
public final class AutoConfigurationAllowList
        implements AutoConfigurationImportFilter, EnvironmentAware {
    private List<String> prefixes = List.of();
    private Set<String> candidates = Set.of();

    @Override
    public void setEnvironment(Environment environment) {
        var binder = Binder.get(environment);
        var all = new ArrayList<String>();
        for (var key : List.of("millrace.autoconfigure.base", "millrace.autoconfigure.allow")) {
            all.addAll(binder.bind(key, Bindable.listOf(String.class)).orElse(List.of()));
        }
        prefixes = List.copyOf(all);
        // Spring asks about all that an auto-configuration imports, too; that is not ours to stop
        candidates =
                prefixes.isEmpty()
                        ? Set.of()
                        : Set.copyOf(
                                ImportCandidates.load(
                                                AutoConfiguration.class,
                                                getClass().getClassLoader())
                                        .getCandidates());
    }

    @Override
    public boolean[] match(
            @Nullable String[] autoConfigurations, AutoConfigurationMetadata metadata) {
        var allowed = new boolean[autoConfigurations.length];
        for (int i = 0; i < allowed.length; i++) {
            var name = autoConfigurations[i];
            allowed[i] =
                    name != null
                            && (!candidates.contains(name)
                                    || prefixes.stream().anyMatch(name::startsWith));
        }
        return allowed;
    }
}
