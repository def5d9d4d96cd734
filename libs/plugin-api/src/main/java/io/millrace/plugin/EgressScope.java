// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A task's time under the egress policy of its tenant.
///
/// Whatever its threads resolve, also those that a library starts for it, is judged when it is
/// resolved. A name that the task has checked is judged whoever resolves it until the task ends:
/// libraries have threads that belong to nobody. So the address that is connected to is one that
/// was judged, also if the name has got another one meanwhile (DNS rebinding).
///
/// Static, since the JVM has one resolver; see [EgressResolverProvider].
public final class EgressScope implements AutoCloseable {
    private static final InheritableThreadLocal<@Nullable EgressScope> CURRENT =
            new InheritableThreadLocal<>();

    /// Of all tasks that run, what they have checked, by name.
    private static final Map<String, Set<EgressScope>> NAMES = new ConcurrentHashMap<>();

    /// Gives a policy when it is needed: it may have to be asked for.
    @FunctionalInterface
    public interface Policy {
        /// @throws TaskFailedException if it isn't known now
        Egress get() throws TaskFailedException;
    }

    private final Policy policy;
    private final Map<String, Set<Integer>> ports = new ConcurrentHashMap<>();

    private EgressScope(Policy policy) {
        this.policy = policy;
    }

    /// Puts the current thread, and all that it starts, under a policy. Close it in the same
    /// thread, when all that the task started has ended.
    public static EgressScope enter(Policy policy) {
        var scope = new EgressScope(policy);
        CURRENT.set(scope);
        return scope;
    }

    /// The policy of the task that the current thread works for.
    ///
    /// @throws TaskFailedException if it isn't known now
    public static Optional<Egress> current() throws TaskFailedException {
        var scope = CURRENT.get();
        return scope == null ? Optional.empty() : Optional.of(outside(scope.policy::get));
    }

    /// Does something that isn't the task's own, such as asking a service of Millrace.
    public static <T, E extends Exception> T outside(Outside<T, E> work) throws E {
        var scope = CURRENT.get();
        if (scope == null) {
            return work.call();
        }
        CURRENT.remove();
        try {
            return work.call();
        } finally {
            CURRENT.set(scope);
        }
    }

    /// @param <T> what comes of it
    /// @param <E> what it may fail with
    @FunctionalInterface
    public interface Outside<T, E extends Exception> {
        T call() throws E;
    }

    /// A name was found good for a port; from now on it is judged whoever resolves it.
    static void checked(String name, int port) {
        var scope = CURRENT.get();
        if (scope != null) {
            scope.ports.computeIfAbsent(name, _ -> ConcurrentHashMap.newKeySet()).add(port);
            NAMES.compute(
                    name,
                    (_, scopes) -> {
                        var all = scopes == null ? new HashSet<EgressScope>() : scopes;
                        all.add(scope);
                        return all;
                    });
        }
    }

    /// Whether the current thread may know an address of a name.
    ///
    /// @param isOwn whether it is the name of the machine, which libraries like to know
    static boolean permits(String host, InetAddress address, boolean isOwn) {
        var name = EgressHosts.normalized(host);
        var scope = CURRENT.get();
        if (scope != null && !scope.permitsAt(name, address, isOwn)) {
            return false;
        }
        for (var other : with(name)) {
            if (other != scope && !other.permitsAt(name, address, isOwn)) {
                return false;
            }
        }
        return true;
    }

    private static Set<EgressScope> with(String name) {
        if (!NAMES.containsKey(name)) {
            return Set.of();
        }
        var all = new HashSet<EgressScope>();
        NAMES.computeIfPresent(
                name,
                (_, scopes) -> {
                    all.addAll(scopes);
                    return scopes;
                });
        return all;
    }

    private boolean permitsAt(String name, InetAddress address, boolean isOwn) {
        var checked = ports.get(name);
        if (checked == null && isOwn) {
            return true;
        }
        Egress egress;
        try {
            egress = outside(policy::get);
        } catch (TaskFailedException | RuntimeException _) {
            return false;
        }
        return (checked == null ? Set.of(0) : checked)
                .stream().allMatch(port -> egress.permits(name, address, port));
    }

    @Override
    public void close() {
        CURRENT.remove();
        for (var name : ports.keySet()) {
            NAMES.computeIfPresent(
                    name,
                    (_, scopes) -> {
                        scopes.remove(this);
                        return scopes.isEmpty() ? null : scopes;
                    });
        }
    }
}
