// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignInAttemptTest {
    @Test
    void comesBackAsItWas() {
        var attempt = SignInAttempt.at("main", "/ui/flows");

        assertThat(SignInAttempt.parse(attempt.text())).contains(attempt);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "[]",
                "{",
                "",
                "{\"signIn\":\"a\",\"state\":null,\"nonce\":\"a\",\"verifier\":\"a\",\"returnTo\":\"/ui/\"}",
                "{\"signIn\":\"a\",\"state\":\"a\",\"nonce\":\"a\",\"verifier\":\"a\",\"returnTo\":\"//evil\"}"
            })
    void whatIsNoneIsNoError(String json) {
        var text =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(json.getBytes(StandardCharsets.UTF_8));

        assertThat(SignInAttempt.parse(text)).isEmpty();
    }
}
