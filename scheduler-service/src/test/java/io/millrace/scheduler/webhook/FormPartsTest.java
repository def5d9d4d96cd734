// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormPartsTest {
    private static final String TYPE = "multipart/form-data; boundary=abc";

    private static byte[] body(String text) {
        return text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void fieldsAndFilesAreTakenApart() {
        var form =
                FormParts.of(
                                "Multipart/Form-Data; boundary=\"abc\"",
                                body(
                                        """
                                        --abc
                                        Content-Disposition: form-data; name="note"

                                        one
                                        --abc
                                        content-disposition: form-data; name="note"

                                        two
                                        lines
                                        --abc
                                        Content-Disposition: form-data; name="empty"


                                        --abc
                                        Content-Disposition: form-data; name="photo"; filename="..\\up\\a.png"
                                        Content-Type: image/png

                                        \u00ff--abc\u0000
                                        --abc--
                                        """))
                        .orElseThrow();

        assertThat(form.fields())
                .isEqualTo(Map.of("note", List.of("one", "two\r\nlines"), "empty", List.of("")));
        var photo = form.files().getFirst();
        assertThat(form.files()).hasSize(1);
        assertThat(photo.name()).isEqualTo("photo");
        assertThat(photo.fileName()).isEqualTo("a.png");
        assertThat(photo.contentType()).isEqualTo("image/png");
        assertThat(new String(photo.content(), StandardCharsets.ISO_8859_1))
                .isEqualTo("\u00ff--abc\u0000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--abc",
                "--abc\n",
                "--abc\nContent-Disposition: form-data; name=\"a\"\n\nnever ends",
                "--abc\nContent-Type: text/plain\n\nwithout a name\n--abc--",
                "--other--"
            })
    void whatIsNoFormIsNone(String text) {
        assertThat(FormParts.of(TYPE, body(text))).isEmpty();
    }

    @Test
    void otherTypesAreNoForms() {
        assertThat(FormParts.of(null, body("--abc--"))).isEmpty();
        assertThat(FormParts.of("application/json", body("--abc--"))).isEmpty();
        assertThat(FormParts.of("multipart/form-data", body("--abc--"))).isEmpty();
        assertThat(FormParts.of("multipart/form-data; boundary", body("--abc--"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1}  | application/json                     | {a=1}",
                "{\"a\":1}  | application/vnd.example+json         | {a=1}",
                "{\"a\":1}  |                                      | {a=1}",
                "{\"a\":1}  | text/plain                           | {a=1}",
                "{\"a\":    | application/json                     | {\"a\":",
                "\"x\"      | application/json                     | x",
                "\"x\"      | text/plain                           | \"x\"",
                "42         | application/json                     | 42",
                "<a/>       | application/xml                      | <a/>",
                "<a/>       | application/soap+xml                 | <a/>",
                "a,b        | text/csv                             | a,b",
                "a=1&b=2    | application/x-www-form-urlencoded    | a=1&b=2",
                "abc        | application/octet-stream             | YWJj",
                "abc        | image/png                            | YWJj",
                "abc        | no type at all                       | abc",
                "\u00fc     | text/plain; charset=ISO-8859-1       | \u00fc",
                "\u00fc     | text/plain                           | /A=="
            })
    void bodiesAreSeenByTheirType(String body, String type, String seen) {
        var bytes = body.getBytes(StandardCharsets.ISO_8859_1);

        assertThat(String.valueOf(Bodies.parse(bytes, type))).isEqualTo(seen);
    }

    @Test
    void noBodyIsNull() {
        assertThat(Bodies.parse(new byte[0], "application/json")).isNull();
    }
}
