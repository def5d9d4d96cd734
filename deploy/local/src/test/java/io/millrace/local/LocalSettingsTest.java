// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalSettingsTest {

    @Test
    void whatIsNotSetIsEmbedded() {
        var settings = LocalSettings.of(Map.of(), List.of());

        assertThat(settings.postgres()).isEmpty();
        assertThat(settings.broker()).isEmpty();
        assertThat(settings.issuerUrl()).isEqualTo(URI.create("http://localhost:8080/dev-issuer"));
        assertThat(settings.processes()).isFalse();
    }

    @Test
    void whatPointsElsewhereIsNotEmbedded() {
        var settings =
                LocalSettings.of(
                        Map.of(
                                "MILLRACE_POSTGRES_URL", "jdbc:postgresql://db/millrace",
                                "MILLRACE_POSTGRES_USER", "admin",
                                "MILLRACE_BROKER_URI", "amqp://mq",
                                "MILLRACE_OIDC_ISSUER", "https://sso.example.com/realms/a"),
                        List.of("--processes"));

        assertThat(settings.postgres())
                .contains(new LocalSettings.Postgres("jdbc:postgresql://db/millrace", "admin", ""));
        assertThat(settings.broker()).contains(URI.create("amqp://mq"));
        assertThat(settings.issuerUrl()).isEqualTo(URI.create("https://sso.example.com/realms/a"));
        assertThat(settings.processes()).isTrue();
    }

    @Test
    void portsFollowThePublicOne() {
        var settings = LocalSettings.of(Map.of("MILLRACE_PORT", "9000"), List.of());

        assertThat(settings.port(Service.GATEWAY)).isEqualTo(9000);
        assertThat(settings.port(Service.SECRETS)).isEqualTo(9005);
        assertThat(settings.brokerPort()).isEqualTo(9008);
        assertThat(settings.publicUrl()).isEqualTo(URI.create("http://localhost:9000"));
    }

    @Test
    void aPortThatIsNoneIsSaidToBe() {
        assertThatThrownBy(() -> LocalSettings.of(Map.of("MILLRACE_PORT", "web"), List.of()))
                .isInstanceOf(StartException.class)
                .hasMessage("Expected a port in MILLRACE_PORT but got web");
        assertThatThrownBy(() -> LocalSettings.of(Map.of("MILLRACE_PORT", "65530"), List.of()))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("65527");
    }
}
