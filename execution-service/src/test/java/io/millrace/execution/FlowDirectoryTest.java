// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.execution.flows.FlowClient;
import io.millrace.execution.flows.FlowDirectory;
import io.millrace.execution.flows.FlowRef;
import io.millrace.expressions.Expressions;
import io.millrace.platform.access.TaskReach;
import io.millrace.platform.identity.IdentityKeys;
import io.millrace.platform.identity.TokenSigner;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlowDirectoryTest {

    @Test
    void aFlowThatIsThereAtOnceIsLoadedLikeOneThatTakesLong(@TempDir Path keys) throws Exception {
        IdentityKeys.generate(keys);
        try (var flows = new FakeFlowService()) {
            flows.save(
                    "company.team",
                    "hello",
                    """
                    tasks:
                      - id: hello
                        type: io.kestra.plugin.core.log.Log
                        message: Hello
                    """);
            var signer =
                    new TokenSigner(
                            IdentityKeys.keyFile(keys, "execution"),
                            Duration.ofMinutes(1),
                            Clock.systemUTC());
            var client = new FlowClient(URI.create(flows.url()), signer);
            // fetched before the question returns
            var directory =
                    new FlowDirectory(
                            client,
                            new Expressions(),
                            Map.of(),
                            TaskReach.HIERARCHY,
                            Runnable::run);

            var plan = directory.load(new FlowRef("main", "company.team", "hello", 1));

            assertThat(plan).isCompletedWithValueMatching(p -> p.flow().id().equals("hello"));
        }
    }
}
