// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.kestra.sdk.KestraClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Kestra's published Java client, unmodified, against the gateway of a running suite: every
/// operation that it has is called, and what came of it is a page of the documentation.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway") // the client's models say of everything that it may be absent
class PublishedClientIT {
    private static final String VERSION = "1.3.1";
    private static final Path DOCUMENT = Path.of("../../docs/published-client.md");

    private final Map<String, String> ids = new LinkedHashMap<>();
    private final KestraClient client;
    private final ClientTable table;
    private final Path directory;

    PublishedClientIT(@TempDir Path directory) throws Exception {
        this.directory = directory;
        client = clientOf("alice");
        table = new ClientTable(client);
    }

    static KestraClient clientOf(String user) throws IOException, InterruptedException {
        return KestraClient.builder()
                .url(RunningSuite.server())
                .tokenAuth(RunningSuite.token(user))
                .build();
    }

    @Test
    void everyOperationIsAsThePageSays() throws Exception {
        ids.put(ClientCalls.TENANT, "tenant");
        ids.put("company\\.client[a-z.]*", "namespace");
        ids.put("[0-9A-Za-z]{22}", "id");
        ids.put("[0-9a-f]{8}-[0-9a-f-]{27}", "id");
        ids.put("(?<=api-tokens/)[0-9A-Za-z]{16}", "tokenId");

        var setting = new ClientCalls.Setting(client, table, ids, directory);
        for (var area :
                List.of(
                        new FlowCalls(setting),
                        new ExecutionCalls(setting),
                        new TriggerCalls(setting),
                        new NamespaceCalls(setting),
                        new ViewCalls(setting),
                        new PeopleCalls(setting))) {
            area.callAll();
        }
        whatIsNotThere();

        Files.writeString(Path.of("target/published-client.md"), table.page(VERSION, ids));
        assertThat(table.surprises()).isEmpty();
        assertThat(table.forgotten()).isEmpty();
        assertThat(Path.of("target/published-client.md"))
                .as("docs/published-client.md is generated: copy the other over it")
                .hasSameTextualContentAs(DOCUMENT);
    }

    private void whatIsNotThere() {
        // calls of what isn't there must be refused, whoever calls
        ids.put("x", "…");
        for (var operation : table.forgotten()) {
            table.refused(operation, why(operation));
        }
    }

    private static String why(String operation) {
        return switch (operation.substring(0, operation.indexOf('.'))) {
            case "Apps" -> "there are no apps";
            case "Assets" -> "there is no inventory of assets";
            default -> throw new AssertionError("Nobody calls " + operation);
        };
    }
}
