// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jenkins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.HttpApi;
import io.millrace.plugin.kit.HttpApi.Call;
import io.millrace.test.FakeContext;
import io.millrace.test.StandIn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Where what all the connectors to APIs send goes.
class CredentialsTest {

    @Test
    void credentialsThatAreForTlsAloneGoNowhereElse() throws Exception {
        try (var plain = StandIn.start();
                var api =
                        new HttpApi(
                                "It",
                                plain.url().replace("http:", "https:"),
                                Map.of("Authorization", "s3cret"),
                                null,
                                new PluginSettings(Map.of()),
                                new FakeContext(Path.of(".")))) {
            api.pausing(Duration.ofMillis(1));

            // as the address of a next page may be, of a server behind a proxy
            assertThatThrownBy(() -> api.ask(Call.get(plain.url() + "/next")))
                    .isInstanceOf(TaskFailedException.class);

            assertThat(plain.asked).isEmpty();
        }
    }
}
