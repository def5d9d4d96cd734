// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/// One line of an egress policy: a host, all hosts below a domain, all hosts, or a range of
/// addresses; each at one port or at all.
///
/// @param port 0: all
record EgressRule(Place place, int port) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?");

    /// Where a rule is about.
    sealed interface Place {}

    /// @param name in small letters
    record Host(String name) implements Place {}

    /// @param suffix begins with a dot
    record Domain(String suffix) implements Place {}

    record Anywhere() implements Place {}

    record Range(InetAddress network, int bits) implements Place {}

    /// Reads `host`, `*.domain`, `*`, `10.0.0.0/8`, `fd00::/8`, each with `:port` behind it if it
    /// is about one; then IPv6 is in brackets, as in `[fd00::/8]:443`.
    ///
    /// @throws IllegalArgumentException if it is none of these
    static EgressRule parse(String text) {
        var rule = text.strip().toLowerCase(Locale.ROOT);
        int port = 0;
        if (rule.startsWith("[")) {
            int end = rule.indexOf(']');
            if (end < 0) {
                throw wrong(text);
            }
            var rest = rule.substring(end + 1);
            port = rest.isEmpty() ? 0 : port(rest, text);
            rule = rule.substring(1, end);
        } else if (rule.indexOf(':') >= 0 && rule.indexOf(':') == rule.lastIndexOf(':')) {
            int colon = rule.indexOf(':');
            port = port(rule.substring(colon), text);
            rule = rule.substring(0, colon);
        }
        return new EgressRule(place(rule, text), port);
    }

    private static Place place(String rule, String text) {
        if (rule.equals("*")) {
            return new Anywhere();
        }
        if (rule.startsWith("*.") && NAME.matcher(rule.substring(2)).matches()) {
            return new Domain(rule.substring(1));
        }
        int slash = rule.indexOf('/');
        var address = slash < 0 ? rule : rule.substring(0, slash);
        boolean numeric = address.contains(":") || EgressHosts.isDottedQuad(address);
        if (!numeric) {
            if (slash >= 0 || !NAME.matcher(rule).matches() || EgressHosts.endsInNumber(rule)) {
                throw wrong(text);
            }
            return new Host(rule);
        }
        try {
            var network = InetAddress.getByName(address);
            int all = network.getAddress().length * 8;
            int bits = slash < 0 ? all : Integer.parseInt(rule.substring(slash + 1));
            if (bits < 0 || bits > all) {
                throw wrong(text);
            }
            return new Range(network, bits);
        } catch (UnknownHostException | NumberFormatException e) {
            throw wrong(text);
        }
    }

    private static int port(String text, String rule) {
        try {
            int port = text.startsWith(":") ? Integer.parseInt(text.substring(1)) : 0;
            if (port > 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw wrong(rule);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "Expected a host, *.domain, * or a range of addresses, and perhaps a port, but got '%s'"
                        .formatted(text));
    }

    /// Whether this is about an address of a host, at whatever port.
    boolean isAbout(String host, InetAddress address) {
        return switch (place) {
            case Host(var name) -> host.equals(name);
            case Domain(var suffix) -> host.endsWith(suffix);
            case Anywhere _ -> true;
            case Range(var network, int bits) ->
                    EgressHosts.isWithin(address.getAddress(), network.getAddress(), bits);
        };
    }

    /// Whether this is about no more than some range of addresses.
    boolean isWithin(Range outer) {
        return place instanceof Range(var network, int bits)
                && bits >= outer.bits()
                && EgressHosts.isWithin(
                        network.getAddress(), outer.network().getAddress(), outer.bits());
    }
}
