// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskerTest {
    private static final String SECRET = "p\u00e4ss word/+\"1";

    private static Masker knowing(String... secrets) {
        var masker = new Masker();
        List.of(secrets).forEach(masker::add);
        return masker;
    }

    @Test
    void theSecretAndItsUsualEncodingsAreMasked() {
        var masker = knowing(SECRET);
        var url = URLEncoder.encode(SECRET, StandardCharsets.UTF_8);

        assertThat(masker.mask("a " + SECRET + " b")).isEqualTo("a ****** b");
        assertThat(masker.mask("?q=" + url + "&r")).isEqualTo("?q=******&r");
        assertThat(masker.mask("?q=" + url.replace("+", "%20"))).isEqualTo("?q=******");
        assertThat(masker.mask("{\"a\":\"" + SECRET.replace("\"", "\\\"") + "\"}"))
                .isEqualTo("{\"a\":\"******\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "u", "us", "use", "user:"})
    void base64IsMaskedWhereverTheSecretBegins(String before) {
        var masker = knowing("correct horse battery");
        var text = (before + "correct horse battery" + "!tail").getBytes(StandardCharsets.UTF_8);

        var masked = masker.mask(Base64.getEncoder().encodeToString(text));

        assertThat(masked).contains("******").hasSizeLessThan(24);
    }

    @Test
    void aSecretThatGoesOverLinesIsMaskedInEach() {
        var masker = knowing("abcdefghijkl");

        var masked = masker.maskLines(List.of("x abcd", "efgh", "ijkl y", "z"));

        assertThat(masked).containsExactly("x ******", "", " y", "z");
    }

    @Test
    void theBeginningOfASecretIsHeldUntilTheNextLineSays() {
        var masker = knowing("abcdefghijkl");

        assertThat(masker.unfinished(List.of("one", "x abcd"))).isEqualTo(1);
        assertThat(masker.unfinished(List.of("x abcd", "efgh"))).isEqualTo(2);
        assertThat(masker.unfinished(List.of("x abcd", "no"))).isZero();
        assertThat(masker.unfinished(List.of("abcdefghijkl"))).isZero();
    }

    @Test
    void eachLineOfAKeyIsASecret() {
        var masker =
                knowing("-----BEGIN KEY-----\nMIIEvQIBADANB\ngkqhkiG9w0BAQ\n-----END KEY-----\n");

        assertThat(masker.mask("got gkqhkiG9w0BAQ")).isEqualTo("got ******");
    }

    @Test
    void textsWithinAStructuredSecretAreMasked() {
        var masker = knowing("{\"user\":\"admin7\",\"keys\":[\"k-12345\"]}");

        assertThat(masker.mask("admin7 has k-12345")).isEqualTo("****** has ******");
    }

    @Test
    void structuresAreMaskedThroughout() {
        var masker = knowing("s3cret", "12345678");

        var masked = masker.maskTree(Map.of("a", List.of("x s3cret", 12345678, 7), "s3cret", true));

        assertThat(masked).isEqualTo(Map.of("a", List.of("x ******", "******", 7), "******", true));
    }

    @Test
    void shortValuesAreLeftAlone() {
        assertThat(knowing("a").mask("a banana")).isEqualTo("a banana");
    }
}
