// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EgressPolicyTest {
    private static EgressPolicy policy(String allow, String deny) {
        return EgressPolicy.of(
                new PluginSettings(Map.of("http.egress.allow", allow, "http.egress.deny", deny)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data",
                "http://169.254.1.1",
                "http://[fe80::1]/",
                "http://[fd00:ec2::254]/",
                "http://[::ffff:169.254.169.254]/",
                "http://[64:ff9b::a9fe:a9fe]/",
                "http://[2002:a9fe:a9fe::1]/",
                "http://2852039166/",
                "http://100.100.100.200/",
                "http://0.0.0.0/",
                "http://224.0.0.1/",
                "file:///etc/passwd",
                "ftp://10.0.0.1/",
            })
    void metadataAndOtherSchemesAreRefused(String uri) {
        assertThatThrownBy(() -> policy("", "").check(URI.create(uri)))
                .isInstanceOf(TaskFailedException.class);
    }

    @Test
    void othersAreAllowedByDefault() {
        assertThatCode(() -> policy("", "").check(URI.create("http://127.0.0.1:8080/")))
                .doesNotThrowAnyException();
        assertThatCode(() -> policy("", "").check(URI.create("https://10.1.2.3/")))
                .doesNotThrowAnyException();
    }

    @Test
    void aDenyListWinsOverAnAllowListWhichWinsOverTheDefaults() throws Exception {
        var policy = policy("10.0.0.0/8, 169.254.7.7, *.localhost", "10.9.0.0/16");

        policy.check(URI.create("http://10.1.1.1/"));
        policy.check(URI.create("http://169.254.7.7/"));
        assertThatThrownBy(() -> policy.check(URI.create("http://10.9.1.1/")))
                .hasMessageContaining("egress policy");
        assertThatThrownBy(() -> policy.check(URI.create("http://192.168.1.1/")))
                .hasMessageContaining("egress policy");
    }
}
