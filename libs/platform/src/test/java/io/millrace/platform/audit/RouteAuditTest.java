// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.audit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.AuditEvent;
import io.millrace.platform.access.Caller;
import io.millrace.platform.route.RouteRule;
import io.millrace.platform.route.RouteRules;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

class RouteAuditTest {
    private static final Caller CALLER = new Caller("main", "alice", List.of());

    private final List<AuditEvent> written = new ArrayList<>();
    private final AuditTrail trail =
            new AuditTrail(
                    new AuditSink() {
                        @Override
                        public void write(AuditEvent event) {
                            written.add(event);
                        }

                        @Override
                        public void writeSoon(AuditEvent event) {
                            written.add(event);
                        }
                    },
                    Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    private final RouteAudit audit = new RouteAudit(trail);

    @BeforeEach
    void request() {
        RequestContextHolder.setRequestAttributes(
                new ServletRequestAttributes(new MockHttpServletRequest()));
    }

    @AfterEach
    void done() {
        RequestContextHolder.resetRequestAttributes();
    }

    private static RouteRule rule(String key) {
        return RouteRules.all().rules().stream()
                .filter(rule -> rule.key().equals(key))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "POST /api/v1/{tenant}/flows, flow.create",
        "DELETE /api/v1/{tenant}/flows/{namespace}/{id}, flow.delete",
        "PUT /api/v1/{tenant}/flows/{namespace}/{id}, flow.update",
        "DELETE /api/v1/{tenant}/executions/{executionId:[0-9A-Za-z]{22}}/kill, execution.kill",
        "POST /api/v1/{tenant}/executions/{executionId:[0-9A-Za-z]{22}}/restart, execution.restart",
        "PUT /api/v1/tenants/{id}, installation.update",
    })
    void theRouteSaysWhatWasDone(String key, String action) {
        assertThat(RouteAudit.action(rule(key))).isEqualTo(action);
    }

    @Test
    void aChangeIsRecordedWithWhatItSaidAndWhatItWasAbout() {
        var rule = rule("DELETE /api/v1/{tenant}/flows/{namespace}/{id}");
        var variables = Map.of("tenant", "main", "id", "etl");

        audit.begin(rule, CALLER, variables);
        ChangeRecord.note("revision", "3");
        ChangeRecord.note("revision", "4");
        audit.changed(rule, CALLER, variables);

        assertThat(written)
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.tenant()).isEqualTo("main");
                    assertThat(event.action()).isEqualTo("flow.delete");
                    assertThat(event.resource()).isEqualTo("flow/etl");
                    assertThat(event.details())
                            .containsEntry("revision", "3,4")
                            .containsEntry("route", rule.key());
                });
    }

    @Test
    void whoHasRecordedItIsNotRecordedTwice() {
        var rule = rule("DELETE /api/v1/{tenant}/flows/{namespace}/{id}");

        audit.begin(rule, CALLER, Map.of());
        trail.changed("main", "alice", "flow.delete", "flow/etl", Map.of());
        audit.changed(rule, CALLER, Map.of());

        assertThat(written).hasSize(1);
    }

    @Test
    void whatFailedIsRecordedIfItHadChangedSomething() {
        var rule = rule("DELETE /api/v1/{tenant}/flows/{namespace}/{id}");

        audit.begin(rule, CALLER, Map.of());
        audit.failed(rule, CALLER, Map.of());
        assertThat(written).isEmpty();

        ChangeRecord.note("executions", "a");
        audit.failed(rule, CALLER, Map.of());
        assertThat(written)
                .singleElement()
                .satisfies(event -> assertThat(event.details()).containsEntry("executions", "a"));
    }

    @Test
    void whatOnlyReadsIsNotRecorded() {
        var rule = rule("GET /api/v1/{tenant}/flows/{namespace}/{id}");

        audit.begin(rule, CALLER, Map.of());
        ChangeRecord.note("revision", "3");
        audit.changed(rule, CALLER, Map.of());

        assertThat(written).isEmpty();
    }

    @Test
    void aRecordIsWrittenBeforeALongWaitAndNotAgainAfterIt() {
        var rule = rule("POST /api/v1/{tenant}/flows");

        audit.begin(rule, CALLER, Map.of());
        ChangeRecord.note("flow", "etl");
        ChangeRecord.now();
        assertThat(written).hasSize(1);

        audit.changed(rule, CALLER, Map.of());
        assertThat(written).hasSize(1);
    }

    @Test
    void aListThatIsTooLongEndsWithAMark() {
        var rule = rule("POST /api/v1/{tenant}/flows");

        audit.begin(rule, CALLER, Map.of());
        for (int i = 0; i < 5_000; i++) {
            ChangeRecord.note("executions", "execution-" + i);
        }
        audit.changed(rule, CALLER, Map.of());

        var noted = requireNonNull(written.getFirst().details().get("executions"));
        assertThat(noted).endsWith(",…").startsWith("execution-0,execution-1,");
        assertThat(noted.length()).isLessThan(30_010);
    }

    @Test
    void withoutARequestNothingIsNoted() {
        RequestContextHolder.resetRequestAttributes();

        ChangeRecord.note("flow", "etl");
        ChangeRecord.now();

        assertThat(ChangeRecord.notes()).isEmpty();
        assertThat(written).isEmpty();
    }
}
