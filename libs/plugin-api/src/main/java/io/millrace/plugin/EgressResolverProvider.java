// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.security.Security;
import java.util.stream.Stream;

/// Stands before the JVM's resolver: what a task resolves is judged by its egress policy each time.
/// The JDK finds it by its service file, and all libraries that resolve names meet it.
///
/// The JDK remembers addresses by name for all threads, and failures, too: then nobody would be
/// judged. So it remembers none.
public final class EgressResolverProvider extends InetAddressResolverProvider {
    private static volatile Names names =
            (host, policy, resolver) -> resolver.lookupByName(host, policy);

    /// Stands for the network in tests.
    @FunctionalInterface
    interface Names {
        Stream<InetAddress> lookup(
                String host, InetAddressResolver.LookupPolicy policy, InetAddressResolver resolver)
                throws UnknownHostException;
    }

    /// @return what was there before
    static Names use(Names other) {
        var before = names;
        names = other;
        return before;
    }

    @Override
    public InetAddressResolver get(Configuration configuration) {
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        Security.setProperty("networkaddress.cache.stale.ttl", "0");
        return new Judging(configuration.builtinResolver(), configuration.lookupLocalHostName());
    }

    @Override
    public String name() {
        return "Millrace egress";
    }

    private record Judging(InetAddressResolver resolver, String ownName)
            implements InetAddressResolver {

        @Override
        public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
                throws UnknownHostException {
            var addresses = names.lookup(host, policy, resolver).toList();
            for (var address : addresses) {
                if (!EgressScope.permits(host, address, host.equals(ownName))) {
                    throw new UnknownHostException(Egress.refusal(host));
                }
            }
            return addresses.stream();
        }

        @Override
        public String lookupByAddress(byte[] address) throws UnknownHostException {
            return resolver.lookupByAddress(address);
        }
    }
}
