// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Where tasks may connect to, as an operator says it of a tenant; the flow-service keeps it, those
/// who run tasks ask for it.
///
/// @param allow may be reached though it isn't public: hosts, `*.domains`, ranges, each perhaps
///   with a port
/// @param deny may not be reached, even if allowed
/// @param only if any: nothing else may be reached
public record EgressRules(
        @Nullable List<String> allow, @Nullable List<String> deny, @Nullable List<String> only) {
    /// Who asks counts on an answer for so long, from when it was asked. A change that was stored
    /// counts everywhere when so much time has passed: it is acknowledged then.
    public static final Duration ASKED = Duration.ofMillis(300);

    public static final EgressRules NONE = new EgressRules(List.of(), List.of(), List.of());

    public EgressRules {
        allow = List.copyOf(Objects.requireNonNullElse(allow, List.<String>of()));
        deny = List.copyOf(Objects.requireNonNullElse(deny, List.<String>of()));
        only = List.copyOf(Objects.requireNonNullElse(only, List.<String>of()));
    }

    @Override
    public List<String> allow() {
        return Objects.requireNonNull(allow);
    }

    @Override
    public List<String> deny() {
        return Objects.requireNonNull(deny);
    }

    @Override
    public List<String> only() {
        return Objects.requireNonNull(only);
    }
}
