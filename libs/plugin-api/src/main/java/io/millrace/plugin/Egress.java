// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import io.millrace.plugin.AddressRules.Line;
import io.millrace.plugin.AddressRules.Stage;
import io.millrace.plugin.AddressRules.Verdict;
import io.millrace.plugin.EgressRule.Range;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where tasks of a tenant may connect to (ADR 0047).
///
/// Without a rule only public addresses: not the machine itself, not its link, not private
/// networks, not where clouds serve credentials. A host is judged by each of its addresses, and an
/// IPv6 address that is a way to an IPv4 one by that, too.
///
/// A check alone isn't enough: a name may be another address when it is connected to. So what
/// [EgressScope] has checked is looked at again each time that the JVM resolves it.
public final class Egress {
    /// Reached by nobody who isn't allowed to by address.
    private static final List<Range> NEVER_BY_NAME =
            ranges(
                    "0.0.0.0/8",
                    "169.254.0.0/16",
                    "100.100.100.200/32",
                    "168.63.129.16/32",
                    "192.0.0.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "::/128",
                    "fe80::/10",
                    "ff00::/8",
                    "fd00:ec2::/32",
                    "fd20:ce::/32");

    /// Not public: the special-purpose registries of IANA.
    private static final List<Range> NOT_PUBLIC =
            ranges(
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "172.16.0.0/12",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "::/96",
                    "64:ff9b:1::/48",
                    "100::/64",
                    "2001::/23",
                    "2001:db8::/32",
                    "3fff::/20",
                    "5f00::/16",
                    "fc00::/7",
                    "fec0::/10");

    /// All other IPv6 addresses that are routed. What is reserved may be somebody's own way to
    /// IPv4, such as ::ffff:0:0:0/96 (RFC 2765).
    private static final List<Range> PUBLIC_IPV6 = ranges("2000::/3", "64:ff9b::/96");

    private static final Range ALL_IPV4 = ranges("0.0.0.0/0").getFirst();
    private static final Range ALL_IPV6 = ranges("::/0").getFirst();
    private static final List<Range> WAYS_TO_IPV4 = ranges("64:ff9b::/96", "2002::/16");

    private final List<EgressRule> allow;
    private final List<EgressRule> deny;
    private final List<List<EgressRule>> only;

    private Egress(List<EgressRule> allow, List<EgressRule> deny, List<List<EgressRule>> only) {
        this.allow = allow;
        this.deny = deny;
        this.only = only;
    }

    /// Rules as they are written; [EgressRule#parse] reads each.
    ///
    /// @param allow may be reached though it isn't public
    /// @param deny may not be reached, even if allowed
    /// @param only if any: nothing else may be reached. It doesn't allow what isn't public
    public record Rules(List<String> allow, List<String> deny, List<String> only) {
        public static final Rules NONE = new Rules(List.of(), List.of(), List.of());

        public Rules {
            allow = List.copyOf(allow);
            deny = List.copyOf(deny);
            only = List.copyOf(only);
        }

        /// What the environment says where no worker does: `MILLRACE_EGRESS_ALLOW`, `_DENY` and
        /// `_ONLY`, or the system properties of those names, with commas between rules.
        public static Rules ofProcess() {
            return new Rules(listed("allow"), listed("deny"), listed("only"));
        }

        private static List<String> listed(String kind) {
            var property = System.getProperty("millrace.egress." + kind);
            var text =
                    property == null
                            ? System.getenv("MILLRACE_EGRESS_" + kind.toUpperCase(Locale.ROOT))
                            : property;
            return text == null
                    ? List.of()
                    : Arrays.stream(text.split(","))
                            .map(String::strip)
                            .filter(rule -> !rule.isEmpty())
                            .toList();
        }
    }

    /// What all these say together: each may allow more, and each may refuse.
    ///
    /// @throws IllegalArgumentException if a rule is none
    public static Egress of(Rules... all) {
        return new Egress(
                parsed(Arrays.stream(all).flatMap(rules -> rules.allow().stream())),
                parsed(Arrays.stream(all).flatMap(rules -> rules.deny().stream())),
                Arrays.stream(all)
                        .filter(rules -> !rules.only().isEmpty())
                        .map(rules -> parsed(rules.only().stream()))
                        .toList());
    }

    private static List<EgressRule> parsed(Stream<String> texts) {
        return texts.map(EgressRule::parse).toList();
    }

    private static List<Range> ranges(String... texts) {
        return Arrays.stream(texts)
                .map(text -> EgressRule.parse(text).place())
                .map(Range.class::cast)
                .toList();
    }

    /// @return where to connect to, all of it checked
    /// @throws TaskFailedException if a task may not connect to this
    public InetAddress[] check(URI uri) throws TaskFailedException {
        var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new TaskFailedException(
                    "Expected an http or https URI but got '%s'".formatted(uri.getScheme()));
        }
        var host = uri.getHost();
        if (host == null) {
            throw new TaskFailedException("Expected a URI with a host");
        }
        int port = uri.getPort();
        return check(host, port > 0 ? port : scheme.equals("https") ? 443 : 80);
    }

    /// @param host name or address
    /// @param port 0: not known, so that a rule for one port allows nothing
    /// @return where to connect to, all of it checked
    /// @throws TaskFailedException if a task may not connect to it
    public InetAddress[] check(String host, int port) throws TaskFailedException {
        var name = EgressHosts.normalized(host);
        if (EgressHosts.endsInNumber(name) && !EgressHosts.isDottedQuad(name)) {
            throw new TaskFailedException(
                    "Expected an address such as 192.0.2.1 but got '%s'".formatted(name));
        }
        InetAddress[] addresses;
        try {
            addresses = EgressScope.outside(() -> InetAddress.getAllByName(name));
        } catch (UnknownHostException e) {
            throw new TaskFailedException("Unknown host '%s'".formatted(name), e);
        } catch (IllegalArgumentException e) {
            throw new TaskFailedException("Expected a host but got '%s'".formatted(name), e);
        }
        for (var address : addresses) {
            if (!permits(name, address, port)) {
                throw new TaskFailedException(refusal(name));
            }
        }
        EgressScope.checked(name, port);
        return addresses;
    }

    static String refusal(String host) {
        return "The egress policy doesn't let tasks connect to '%s'".formatted(host);
    }

    /// @param host as it is normalized
    boolean permits(String host, InetAddress address, int port) {
        var meant = EgressHosts.meant(address);
        boolean denied =
                deny.stream()
                        .filter(rule -> rule.port() == 0 || port == 0 || rule.port() == port)
                        .anyMatch(rule -> meant.stream().anyMatch(a -> rule.isAbout(host, a)));
        boolean meantByAll = only.stream().allMatch(rules -> matches(rules, host, address, port));
        return !denied && meantByAll && meant.stream().allMatch(a -> isOpen(host, a, port));
    }

    private boolean isOpen(String host, InetAddress address, int port) {
        var special = rangeOf(NEVER_BY_NAME, address);
        if (special != null) {
            return allow.stream()
                    .filter(rule -> rule.isWithin(special))
                    .anyMatch(rule -> isMeant(rule, host, address, port));
        }
        return isPublic(address) || matches(allow, host, address, port);
    }

    private static boolean isPublic(InetAddress address) {
        return rangeOf(NOT_PUBLIC, address) == null
                && (address instanceof Inet4Address || rangeOf(PUBLIC_IPV6, address) != null);
    }

    private static boolean matches(
            List<EgressRule> rules, String host, InetAddress address, int port) {
        return rules.stream().anyMatch(rule -> isMeant(rule, host, address, port));
    }

    private static boolean isMeant(EgressRule rule, String host, InetAddress address, int port) {
        return (rule.port() == 0 || rule.port() == port) && rule.isAbout(host, address);
    }

    /// The same for what connects without asking here. A host counts as the addresses that it has
    /// now; `*.domain` is no address, so that nothing is reached by such a rule, and nothing
    /// refused.
    public AddressRules byAddress() {
        var stages = new ArrayList<Stage>();
        var denied = new ArrayList<>(lines(deny, Verdict.REFUSE));
        denied.addAll(waysTo(denied));
        stages.add(new Stage(denied, Verdict.GO_ON));
        for (var rules : only) {
            stages.add(new Stage(lines(rules, Verdict.GO_ON), Verdict.REFUSE));
        }
        var open = new ArrayList<Line>();
        for (var rule : allow) {
            if (NEVER_BY_NAME.stream().anyMatch(rule::isWithin)) {
                open.addAll(lines(List.of(rule), Verdict.PERMIT));
            }
        }
        NEVER_BY_NAME.forEach(range -> open.add(line(range, 0, Verdict.REFUSE)));
        open.addAll(lines(allow, Verdict.PERMIT));
        NOT_PUBLIC.forEach(range -> open.add(line(range, 0, Verdict.REFUSE)));
        open.add(line(ALL_IPV4, 0, Verdict.PERMIT));
        // the IPv4 address that an IPv6 one is a way to must be open, and then that one itself
        stages.add(new Stage(waysTo(open), Verdict.GO_ON));
        PUBLIC_IPV6.forEach(range -> open.add(line(range, 0, Verdict.PERMIT)));
        stages.add(new Stage(open, Verdict.REFUSE));
        return new AddressRules(stages);
    }

    /// The addresses of NAT64 and 6to4 that are ways to IPv4 ones: what these may be reached by
    /// isn't permitted by that alone.
    private static List<Line> waysTo(List<Line> lines) {
        return lines.stream()
                .filter(line -> line.network() instanceof Inet4Address)
                .flatMap(line ->
                        WAYS_TO_IPV4.stream()
                                .map(way ->
                                        new Line(
                                                joined(way, line.network()),
                                                way.bits() + line.bits(),
                                                line.port(),
                                                line.verdict() == Verdict.PERMIT
                                                        ? Verdict.GO_ON
                                                        : line.verdict())))
                .toList();
    }

    private static InetAddress joined(Range way, InetAddress ipv4) {
        var bytes = way.network().getAddress();
        System.arraycopy(ipv4.getAddress(), 0, bytes, way.bits() / 8, 4);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Line> lines(List<EgressRule> rules, Verdict verdict) {
        return rules.stream()
                .flatMap(rule -> rangesOf(rule).map(range -> line(range, rule.port(), verdict)))
                .toList();
    }

    private static Line line(Range range, int port, Verdict verdict) {
        return new Line(range.network(), range.bits(), port, verdict);
    }

    private static Stream<Range> rangesOf(EgressRule rule) {
        return switch (rule.place()) {
            case EgressRule.Host(var name) -> addressesOf(name);
            case EgressRule.Domain _ -> Stream.empty();
            case EgressRule.Anywhere _ -> Stream.of(ALL_IPV4, ALL_IPV6);
            case Range range -> Stream.of(range);
        };
    }

    private static Stream<Range> addressesOf(String name) {
        try {
            var all = EgressScope.outside(() -> InetAddress.getAllByName(name));
            return Arrays.stream(all).map(found -> new Range(found, found.getAddress().length * 8));
        } catch (UnknownHostException _) {
            return Stream.empty();
        }
    }

    private static @Nullable Range rangeOf(List<Range> ranges, InetAddress address) {
        for (var range : ranges) {
            if (EgressHosts.isWithin(
                    address.getAddress(), range.network().getAddress(), range.bits())) {
                return range;
            }
        }
        return null;
    }
}
