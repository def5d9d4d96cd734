// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Where tasks may connect to. Link-local addresses and those where clouds serve credentials are
/// always refused unless they are allowed by name.
///
/// @param allow if any: nothing else may be reached
/// @param deny may not be reached, even if allowed
public record EgressPolicy(List<Rule> allow, List<Rule> deny) {
    private static final List<Rule> METADATA =
            rules(
                    List.of(
                            "169.254.0.0/16",
                            "fe80::/10",
                            "fd00:ec2::254/128",
                            "100.100.100.200/32",
                            "168.63.129.16/32",
                            "192.0.0.192/32",
                            "0.0.0.0/8",
                            "metadata.google.internal"));

    /// `http.egress.allow`, `http.egress.deny`: hosts, `*.domains` and CIDR ranges.
    public static EgressPolicy of(PluginSettings settings) {
        return new EgressPolicy(
                rules(settings.list("http.egress.allow")),
                rules(settings.list("http.egress.deny")));
    }

    private static List<Rule> rules(List<String> texts) {
        return texts.stream().map(Rule::parse).toList();
    }

    /// @throws TaskFailedException if a task may not connect to this
    public void check(URI uri) throws TaskFailedException {
        var scheme = uri.getScheme();
        if (!"http".equalsIgnoreCase(scheme) && !"https".equalsIgnoreCase(scheme)) {
            throw new TaskFailedException(
                    "Expected an http or https URI but got '%s'".formatted(scheme));
        }
        var host = uri.getHost();
        if (host == null) {
            throw new TaskFailedException("Expected a URI with a host");
        }
        check(host);
    }

    /// @param host name or address
    /// @throws TaskFailedException if a task may not connect to it
    public void check(String host) throws TaskFailedException {
        var name = normalized(host);
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(name);
        } catch (UnknownHostException e) {
            throw new TaskFailedException("Unknown host '%s'".formatted(name), e);
        }
        for (var address : addresses) {
            if (!permits(name, address)) {
                throw new TaskFailedException(
                        "The egress policy doesn't let tasks connect to '%s'".formatted(name));
            }
        }
    }

    private boolean permits(String host, InetAddress address) {
        if (matches(deny, host, address)) {
            return false;
        }
        if (matches(allow, host, address)) {
            return true;
        }
        return allow.isEmpty()
                && !matches(METADATA, host, address)
                && !address.isLinkLocalAddress()
                && !address.isMulticastAddress()
                && !address.isAnyLocalAddress();
    }

    private static boolean matches(List<Rule> rules, String host, InetAddress address) {
        var embedded = embedded(address);
        return rules.stream().anyMatch(r -> r.matches(host, address) || r.matches(host, embedded));
    }

    /// The IPv4 address within an IPv6 one of NAT64 or 6to4, else the address itself.
    private static InetAddress embedded(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        var bytes = address.getAddress();
        boolean nat64 =
                Arrays.equals(
                        Arrays.copyOf(bytes, 4), new byte[] {0, 0x64, (byte) 0xff, (byte) 0x9b});
        boolean sixToFour = bytes[0] == 0x20 && bytes[1] == 0x02;
        boolean compatible = Arrays.equals(Arrays.copyOf(bytes, 12), new byte[12]);
        try {
            if (nat64 || compatible) {
                return InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16));
            }
            return sixToFour ? InetAddress.getByAddress(Arrays.copyOfRange(bytes, 2, 6)) : address;
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String normalized(String host) {
        var name = host.toLowerCase(Locale.ROOT);
        if (name.startsWith("[")) {
            name = name.substring(1, name.length() - 1);
        }
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /// One entry of a list.
    public sealed interface Rule {
        record Host(String name) implements Rule {}

        record Domain(String suffix) implements Rule {}

        record Range(InetAddress network, int bits) implements Rule {}

        static Rule parse(String text) {
            var rule = text.toLowerCase(Locale.ROOT);
            if (rule.startsWith("*.")) {
                return new Domain(rule.substring(1));
            }
            int slash = rule.indexOf('/');
            var address = slash < 0 ? rule : rule.substring(0, slash);
            if (!address.contains(":") && !address.matches("[0-9.]+")) {
                return new Host(rule);
            }
            try {
                var network = InetAddress.getByName(address);
                int all = network.getAddress().length * 8;
                return new Range(
                        network, slash < 0 ? all : Integer.parseInt(rule.substring(slash + 1)));
            } catch (UnknownHostException | NumberFormatException e) {
                throw new IllegalArgumentException(
                        "Expected a host, a *.domain or a range but got " + text, e);
            }
        }

        default boolean matches(String host, InetAddress address) {
            return switch (this) {
                case Host(var name) -> host.equals(name);
                case Domain(var suffix) -> host.endsWith(suffix);
                case Range(var network, int bits) ->
                        contains(network.getAddress(), address.getAddress(), bits);
            };
        }

        private static boolean contains(byte[] network, byte[] address, int bits) {
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
    }
}
