// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.plugin.AddressRules.Verdict;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressRulesTest {
    private static final List<String> ADDRESSES =
            List.of(
                    "1.1.1.1",
                    "8.8.8.8",
                    "10.0.0.1",
                    "10.9.1.1",
                    "127.0.0.1",
                    "127.0.0.2",
                    "169.254.169.254",
                    "100.100.100.200",
                    "192.168.1.1",
                    "224.0.0.1",
                    "255.255.255.255",
                    "0.1.2.3",
                    "::1",
                    "::",
                    "fe80::1",
                    "ff02::1",
                    "fd00::1",
                    "fd00:ec2::254",
                    "2606:4700::1111",
                    "4000::1",
                    "64:ff9b::101:101",
                    "64:ff9b::a00:1",
                    "64:ff9b::a9fe:a9fe",
                    "2002:101:101::1",
                    "2002:a00:1::1",
                    "2002:7f00:1::1");

    private static List<String> listed(String rules) {
        return rules.equals("-") ? List.of() : List.of(rules.split(" "));
    }

    private static boolean permits(AddressRules rules, InetAddress address, int port) {
        for (var stage : rules.stages()) {
            var verdict =
                    stage.lines().stream()
                            .filter(line -> line.port() == 0 || line.port() == port)
                            .filter(line ->
                                    EgressHosts.isWithin(
                                            address.getAddress(),
                                            line.network().getAddress(),
                                            line.bits()))
                            .findFirst()
                            .map(AddressRules.Line::verdict)
                            .orElse(stage.otherwise());
            if (verdict != Verdict.GO_ON) {
                return verdict == Verdict.PERMIT;
            }
        }
        return false;
    }

    /// What a task may connect to is what the lines let through, address by address.
    @ParameterizedTest
    @CsvSource({
        "-, -, -",
        "10.0.0.0/8, -, -",
        "10.0.0.0/8:443 127.0.0.1, 10.9.0.0/16, -",
        "*, 8.8.8.8, -",
        "0.0.0.0/0 ::/0, [::1]:443, -",
        "169.254.169.254:80 fd00:ec2::254, -, -",
        "168.0.0.0/5, 1.1.1.0/24:443, -",
        "-, -, 1.1.0.0/16 *:443",
        "10.0.0.0/8 fd00::/8, *:80, 10.0.0.0/8 64:ff9b::/96 2002::/16 fd00::/8",
        "-, 0.0.0.0/0, -",
        "64:ff9b::a00:1, 10.0.0.1:80, -",
        "10.0.0.1 2002::/16, 2002:101::/32, -"
    })
    void linesSayWhatThePolicySays(String allow, String deny, String only) throws Exception {
        var rules = new Egress.Rules(listed(allow), listed(deny), listed(only));
        var egress = Egress.of(rules, new Egress.Rules(List.of("fc00:1::1"), List.of(), List.of()));

        var lines = egress.byAddress();

        for (var text : ADDRESSES) {
            for (int port : new int[] {80, 443}) {
                var address = InetAddress.ofLiteral(text);
                assertThat(permits(lines, address, port))
                        .as("%s at %d", text, port)
                        .isEqualTo(egress.permits(text, address, port));
            }
        }
    }

    @Test
    void aHostIsTheAddressesThatItHas() throws Exception {
        var lines =
                Egress.of(new Egress.Rules(List.of("localhost:5432"), List.of(), List.of()))
                        .byAddress();
        var own = InetAddress.ofLiteral("127.0.0.1");

        assertThat(permits(lines, own, 5432)).isTrue();
        assertThat(permits(lines, own, 5433)).isFalse();
        assertThat(permits(lines, InetAddress.ofLiteral("127.0.0.9"), 5432)).isFalse();
    }

    @Test
    void aDomainOpensNoAddress() throws Exception {
        var lines =
                Egress.of(new Egress.Rules(List.of("*.example"), List.of(), List.of())).byAddress();

        assertThat(permits(lines, InetAddress.ofLiteral("10.0.0.1"), 443)).isFalse();
        assertThat(permits(lines, InetAddress.ofLiteral("1.1.1.1"), 443)).isTrue();
    }
}
