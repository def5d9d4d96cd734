// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.access.NamespaceScope;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults.Place;
import io.millrace.test.TestDatabase;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What filters of a request's body find.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TriggerQueryIT {
    private static final Instant NOON = Instant.parse("2024-05-15T12:00:00Z");

    private final TestDatabase database = TestDatabase.create();
    private final TriggerStore store = new TriggerStore(JdbcClient.create(Schema.source(database)));

    @BeforeAll
    void fill() throws Exception {
        Schema.create(database);
        save("company", "etl", "nightly", false);
        save("company.data", "etl", "hourly", true);
        save("system", "clean", "nightly", false);
    }

    @AfterAll
    void stop() {
        database.close();
    }

    private void save(String namespace, String flow, String trigger, boolean disabled) {
        var key = new TriggerRow.FlowKey("main", namespace, flow);
        store.saveFlow(key, 1, false, "");
        store.save(
                new TriggerRow(
                        new TriggerRow.Key(key, trigger),
                        "schedule",
                        "",
                        true,
                        disabled,
                        NOON,
                        null,
                        null,
                        NOON,
                        null));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "QUERY, EQUALS, night, 2",
                "QUERY, EQUALS, *, 3",
                "TRIGGER_ID, EQUALS, nightly, 2",
                "TRIGGER_ID, EQUALS, night, 0",
                "TRIGGER_ID, STARTS_WITH, night, 2",
                "TRIGGER_ID, ENDS_WITH, ly, 3",
                "NAMESPACE, EQUALS, company, 2",
                "NAMESPACE, NOT_EQUALS, company, 2",
                "NAMESPACE, IN, 'company, system', 2",
                "NAMESPACE, NOT_IN, 'company,system', 1",
                "NAMESPACE, CONTAINS, any.d, 1",
                "NAMESPACE, REGEX, ^c.*a$, 1",
                "FLOW_ID, EQUALS, etl, 2",
                "SCOPE, EQUALS, SYSTEM, 1",
                "SCOPE, EQUALS, USER, 2",
                "TRIGGER_STATE, EQUALS, DISABLED, 1",
                "TRIGGER_STATE, EQUALS, ENABLED, 2",
                "TRIGGER_STATE, NOT_EQUALS, ENABLED, 1",
                "START_DATE, GREATER_THAN_OR_EQUAL_TO, 2024-05-15T14:00:00+02:00, 3",
                "END_DATE, LESS_THAN_OR_EQUAL_TO, 2024-05-15T11:59:00Z, 0",
                "TIME_RANGE, EQUALS, PT1H, 3",
                "WORKER_ID, EQUALS, w, 0",
                "LABELS, EQUALS, a, none",
                "TRIGGER_STATE, CONTAINS, a, none",
                "FLOW_ID, LESS_THAN, a, none",
                "START_DATE, GREATER_THAN, soon, none",
            })
    void filtersFindWhatTheySay(
            String field, String operation, String value, @Nullable Integer found) {
        var filters = List.of(new TriggerQuery.Filter(field, operation, value));
        var clock = Clock.fixed(NOON, ZoneOffset.UTC);

        if (found == null) {
            assertThatThrownBy(() -> TriggerQuery.of(filters, clock))
                    .isInstanceOf(ServiceException.Invalid.class);
            return;
        }
        var query = TriggerQuery.of(filters, clock);
        var rows =
                store.list(
                        new TriggerStore.Filter(
                                "main",
                                new NamespaceScope(true, List.of()),
                                query.text(),
                                query.namespace(),
                                query.flowId(),
                                query.more()),
                        new TriggerStore.Page(0, 10),
                        TriggerStore.IN_ORDER,
                        null);

        assertThat(rows).as(Objects.toString(query)).hasSize(found);
    }

    @Test
    void pagesGoOnAfterTheLastOfThePageBefore() {
        var all =
                new TriggerStore.Filter(
                        "main",
                        new NamespaceScope(true, List.of()),
                        "",
                        "",
                        "",
                        TriggerQuery.of(List.of(), Clock.systemUTC()).more());
        var after = Place.of("company", "etl", "nightly");

        var rows = store.list(all, new TriggerStore.Page(7, 1), TriggerStore.IN_ORDER, after);

        assertThat(rows)
                .singleElement()
                .satisfies(row -> assertThat(row.key().triggerId()).isEqualTo("hourly"));
    }
}
