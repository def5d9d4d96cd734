// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.client.RestClientException;

class ProblemAdviceTest {
    private final ProblemAdvice advice = new ProblemAdvice();

    private int status(RestClientException e) {
        var request = new MockHttpServletRequest("POST", "/api/v1/main/executions/a/b");
        return Objects.requireNonNull(advice.handle(e, request)).getStatusCode().value();
    }

    @Test
    void aServiceThatGoesAwayInTheMiddleOfItsAnswerIsAway() {
        var cutOff = new IllegalStateException("Unreadable", new EOFException("closed"));

        assertThat(status(new RestClientException("Answer not read", cutOff))).isEqualTo(503);
        assertThat(status(new RestClientException("No converter"))).isEqualTo(500);
    }

    @Test
    void whoHasHungUpGetsNoAnswerButADatabaseThatHungUpIsAFailure() {
        var request = new MockHttpServletRequest("GET", "/api/v1/main/plugins");
        var gone = new IOException("Broken pipe");

        assertThat(advice.handle(gone, request)).isNull();
        assertThat(advice.handle(new IllegalStateException("no database", gone), request))
                .isNotNull();
    }
}
