// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Hosts and addresses as an egress policy looks at them.
final class EgressHosts {
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");
    private static final Pattern QUAD =
            Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");

    private EgressHosts() {}

    /// The name under which a host is looked up: small letters, no brackets, no dot at the end.
    static String normalized(String host) {
        var name = host.strip().toLowerCase(Locale.ROOT);
        if (name.startsWith("[") && name.endsWith("]")) {
            name = name.substring(1, name.length() - 1);
        }
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /// Whether it is an IPv4 address as people write it: `127.1`, `0x7f000001`, `0177.0.0.1` and
    /// `2130706433` are not.
    static boolean isDottedQuad(String host) {
        return QUAD.matcher(host).matches()
                && Arrays.stream(host.split("\\.")).allMatch(part -> Integer.parseInt(part) < 256);
    }

    /// Whether some resolvers take it for an IPv4 address (WHATWG URL, "ends in a number").
    static boolean endsInNumber(String host) {
        return NUMBER.matcher(host.substring(host.lastIndexOf('.') + 1)).matches();
    }

    static boolean isWithin(byte[] address, byte[] network, int bits) {
        if (network.length != address.length) {
            return false;
        }
        for (int i = 0; i < bits; i++) {
            int mask = 0x80 >> (i % 8);
            if (((network[i / 8] ^ address[i / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    /// The address, and the IPv4 one that it is a way to: of NAT64 (RFC 6052), 6to4 (RFC 3056),
    /// ISATAP (RFC 5214), IPv4-compatible and -mapped addresses.
    static List<InetAddress> meant(InetAddress address) {
        var all = new ArrayList<InetAddress>();
        all.add(address);
        if (!(address instanceof Inet6Address)) {
            return all;
        }
        var bytes = address.getAddress();
        boolean nat64 = startsWith(bytes, 0x00, 0x64, 0xff, 0x9b);
        boolean compatible = Arrays.equals(Arrays.copyOf(bytes, 10), new byte[10]);
        boolean isatap =
                (bytes[8] & 0xfd) == 0 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == -2;
        boolean own = address.isLoopbackAddress() || address.isAnyLocalAddress();
        if (!own && (nat64 || compatible || isatap)) {
            all.add(v4(bytes, 12));
        }
        if (startsWith(bytes, 0x20, 0x02)) {
            all.add(v4(bytes, 2));
        }
        return all;
    }

    private static boolean startsWith(byte[] bytes, int... prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if ((bytes[i] & 0xff) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static InetAddress v4(byte[] bytes, int from) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
