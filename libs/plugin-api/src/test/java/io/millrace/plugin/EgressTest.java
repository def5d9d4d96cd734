// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EgressTest {
    private static final Egress NOTHING_SAID = Egress.of(Egress.Rules.NONE);

    private static Egress.Rules allow(String... rules) {
        return new Egress.Rules(List.of(rules), List.of(), List.of());
    }

    private static Egress.Rules deny(String... rules) {
        return new Egress.Rules(List.of(), List.of(rules), List.of());
    }

    private static Egress.Rules only(String... rules) {
        return new Egress.Rules(List.of(), List.of(), List.of(rules));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8080/",
                "http://127.8.8.8/",
                "http://localhost/",
                "http://[::1]/",
                "http://10.1.2.3/",
                "http://172.16.0.1/",
                "http://172.31.255.254/",
                "http://192.168.1.1/",
                "http://100.64.0.1/",
                "http://198.18.0.1/",
                "http://[fd12::1]/",
                "http://169.254.169.254/latest/meta-data",
                "http://169.254.1.1/",
                "http://[fe80::1]/",
                "http://[fd00:ec2::254]/",
                "http://100.100.100.200/",
                "http://168.63.129.16/",
                "http://192.0.0.192/",
                "http://0.0.0.0/",
                "http://0.1.2.3/",
                "http://[::]/",
                "http://224.0.0.1/",
                "http://255.255.255.255/",
                // ways to IPv4 addresses
                "http://[::ffff:169.254.169.254]/",
                "http://[::ffff:7f00:1]/",
                "http://[::127.0.0.1]/",
                "http://[64:ff9b::a9fe:a9fe]/",
                "http://[64:ff9b::7f00:1]/",
                "http://[64:ff9b:1::a00:1]/",
                "http://[2002:a9fe:a9fe::1]/",
                "http://[2002:7f00:1::]/",
                "http://[2001:0:a00:1::1]/",
                "http://[2606:4700::5efe:10.0.0.1]/",
                "http://[::ffff:0:7f00:1]/",
                // nobody's
                "http://[1000::1]/",
                "http://[4000::1]/",
                "http://[fd00::1%25eth0]/",
                // other ways to write them
                "http://2852039166/",
                "http://2130706433/",
                "http://0x7f000001/",
                "http://0x7f.0.0.1/",
                "http://0177.0.0.1/",
                "http://127.1/",
                "http://127.0.0.01/",
                "http://1.1/",
                "file:///etc/passwd",
                "ftp://1.1.1.1/",
                "gopher://1.1.1.1/",
            })
    void whatIsNotPublicIsRefused(String uri) {
        assertThatThrownBy(() -> NOTHING_SAID.check(URI.create(uri)))
                .isInstanceOf(TaskFailedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://1.1.1.1/",
                "https://8.8.8.8:8443/",
                "https://[2606:4700::1111]/",
                "http://[64:ff9b::101:101]/",
                "http://172.32.0.1/",
            })
    void whatIsPublicIsReached(String uri) {
        assertThatCode(() -> NOTHING_SAID.check(URI.create(uri))).doesNotThrowAnyException();
    }

    @Test
    void whatIsAllowedIsReachedAndNothingBesides() throws Exception {
        var egress = Egress.of(allow("localhost", "127.0.0.2", "::1", "10.0.0.0/8:5432"));

        egress.check("127.0.0.2", 0);
        egress.check("::1", 80);
        egress.check("[::1]", 80);
        egress.check("10.1.1.1", 5432);
        egress.check("LOCALHOST.", 80);
        assertThatThrownBy(() -> egress.check("10.1.1.1", 80)).hasMessageContaining("egress");
        assertThatThrownBy(() -> egress.check("10.1.1.1", 0)).hasMessageContaining("egress");
        assertThatThrownBy(() -> egress.check("192.168.1.1", 80)).hasMessageContaining("egress");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "0.0.0.0/0", "168.0.0.0/5", "metadata.example"})
    void metadataIsAllowedByNoWideRule(String rule) {
        var egress = Egress.of(allow(rule));

        assertThatThrownBy(() -> egress.check("169.254.169.254", 80))
                .hasMessageContaining("egress policy");
    }

    @Test
    void metadataIsAllowedByItsAddress() {
        assertThatCode(() -> Egress.of(allow("169.254.169.254:80")).check("169.254.169.254", 80))
                .doesNotThrowAnyException();
    }

    @Test
    void aRefusalWinsOverWhateverAllows() {
        var installation =
                new Egress.Rules(List.of("10.0.0.0/8"), List.of("10.9.0.0/16"), List.of());
        var egress = Egress.of(installation, allow("10.9.1.1"), deny("1.1.1.0/24:443"));

        assertThatThrownBy(() -> egress.check("10.9.1.1", 80)).hasMessageContaining("egress");
        assertThatThrownBy(() -> egress.check("1.1.1.1", 443)).hasMessageContaining("egress");
        assertThatCode(() -> egress.check("1.1.1.1", 80)).doesNotThrowAnyException();
        assertThatCode(() -> egress.check("10.8.1.1", 80)).doesNotThrowAnyException();
    }

    @Test
    void narrowingHoldsForBothAndOpensNothing() {
        var egress = Egress.of(only("*:443", "10.0.0.0/8"), only("1.1.0.0/16", "10.0.0.1"));

        assertThatCode(() -> egress.check("1.1.1.1", 443)).doesNotThrowAnyException();
        assertThatThrownBy(() -> egress.check("1.1.1.1", 80)).hasMessageContaining("egress");
        assertThatThrownBy(() -> egress.check("8.8.8.8", 443)).hasMessageContaining("egress");
        assertThatThrownBy(() -> egress.check("10.0.0.1", 443)).hasMessageContaining("egress");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0/8",
                "host/8",
                "host:",
                "host:0",
                "host:65536",
                "http://host",
                "[::1",
                "a b",
                "*.*",
                "0x7f.1",
                "fd00::/129",
            })
    void whatIsNoRuleIsRefused(String rule) {
        assertThatThrownBy(() -> Egress.of(allow(rule)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rulesOfIpv6HavePortsBehindBrackets() {
        var egress = Egress.of(allow("[fd00::/8]:443", "fc00:1::1"));

        assertThatCode(() -> egress.check("fd12::1", 443)).doesNotThrowAnyException();
        assertThatThrownBy(() -> egress.check("fd12::1", 80)).hasMessageContaining("egress");
        assertThatCode(() -> egress.check("fc00:1::1", 80)).doesNotThrowAnyException();
    }
}
