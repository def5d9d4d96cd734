// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kestra.sdk.KestraClient;
import io.kestra.sdk.internal.ApiException;
import io.kestra.sdk.model.IdWithNamespace;
import io.kestra.sdk.model.QueryFilter;
import io.kestra.sdk.model.QueryFilterField;
import io.kestra.sdk.model.QueryFilterOp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What the operations of the published client are called with: an area of them is a subclass.
@SuppressWarnings("NullAway") // the client's models say of everything that it may be absent
abstract class ClientCalls {
    static final String TENANT = "main";
    static final String NAMESPACE = "company.client";
    static final String LOG = "io.kestra.plugin.core.log.Log";
    static final Duration PATIENCE = Duration.ofSeconds(30);

    final KestraClient client;
    final ClientTable table;
    final Map<String, String> ids;
    final Path directory;

    /// @param ids patterns of what paths name, and what the page calls it
    /// @param directory for files that are sent
    record Setting(
            KestraClient client, ClientTable table, Map<String, String> ids, Path directory) {}

    ClientCalls(Setting setting) {
        client = setting.client();
        table = setting.table();
        ids = setting.ids();
        directory = setting.directory();
    }

    /// Calls each operation of the area.
    abstract void callAll() throws Exception;

    static String flow(String id, String more) {
        return "id: %s\nnamespace: %s\n%s".formatted(id, NAMESPACE, more);
    }

    static String says(String id, String text) {
        return flow(
                id, "tasks:\n  - id: say\n    type: %s\n    message: %s\n".formatted(LOG, text));
    }

    static IdWithNamespace named(String id) {
        return new IdWithNamespace().namespace(NAMESPACE).id(id);
    }

    static QueryFilter filter(QueryFilterField field, QueryFilterOp op, Object value) {
        return new QueryFilter().field(field).operation(op).value(value);
    }

    static List<QueryFilter> of(String flow) {
        return List.of(
                filter(QueryFilterField.NAMESPACE, QueryFilterOp.EQUALS, NAMESPACE),
                filter(QueryFilterField.FLOW_ID, QueryFilterOp.EQUALS, flow));
    }

    static List<QueryFilter> flowsLike(String text) {
        return List.of(
                filter(QueryFilterField.NAMESPACE, QueryFilterOp.EQUALS, NAMESPACE),
                filter(QueryFilterField.QUERY, QueryFilterOp.EQUALS, text));
    }

    String start(String flow) {
        var started =
                table.beside(() ->
                        client.executions()
                                .createExecution(
                                        TENANT, NAMESPACE, flow, null, false, null, null, null,
                                        null));
        return started == null ? "none" : started.getId();
    }

    String state(String execution) {
        try {
            return String.valueOf(
                    client.executions()
                            .execution(execution, TENANT)
                            .getState()
                            .getCurrent()
                            .getValue());
        } catch (ApiException e) {
            return e.toString();
        }
    }

    String in(String state, String execution) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(state(execution)).isEqualTo(state));
        return execution;
    }

    String ended(String flow) {
        return in("SUCCESS", start(flow));
    }
}
