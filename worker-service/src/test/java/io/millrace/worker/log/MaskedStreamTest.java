// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskedStreamTest {
    private static final String SECRET = "correct horse/battery+staple";

    private static Masker masker() {
        var masker = new Masker();
        masker.add(SECRET);
        return masker;
    }

    private static String masked(byte[] content, int piece) throws IOException {
        try (var stream = masker().mask(new Trickle(content, piece))) {
            return new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /// A source that gives at most so many bytes at a time.
    private static final class Trickle extends FilterInputStream {
        private final int piece;

        Trickle(byte[] content, int piece) {
            super(new ByteArrayInputStream(content));
            this.piece = piece;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return super.read(buffer, offset, Math.min(piece, length));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 70_000})
    void aFileIsMaskedAsATextIsHoweverItComes(int piece) throws IOException {
        var random = new Random(piece);
        var forms =
                new String[] {
                    SECRET,
                    "Y29ycmVjdCBob3JzZS9iYXR0ZXJ5K3N0YXBsZQ==",
                    "correct%20horse%2Fbattery%2Bstaple",
                    "correct%20horse/battery%2Bstaple",
                    "correct horse\n/battery+\r\nstaple",
                    "correct horse",
                    "corr",
                    "\n",
                    "x"
                };
        var text = new StringBuilder();
        int size = piece < 8 ? 3_000 : 300_000;
        while (text.length() < size) {
            text.append(forms[random.nextInt(forms.length)]);
        }

        var masked = masked(text.toString().getBytes(StandardCharsets.ISO_8859_1), piece);

        assertThat(masked).isEqualTo(masker().mask(text.toString()));
    }

    @Test
    void otherBytesStayAsTheyAre() throws IOException {
        var bytes = new byte[200_000];
        new Random(5).nextBytes(bytes);

        try (InputStream stream = masker().mask(new ByteArrayInputStream(bytes))) {
            assertThat(stream.readAllBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void aFileOfLineBreaksIsNoTrouble() throws IOException {
        var content =
                ("corr" + "\n".repeat(500_000) + "ect horse/battery+staple")
                        .getBytes(StandardCharsets.US_ASCII);

        assertThat(masked(content, 8192)).isEqualTo("******" + "\n".repeat(500_000));
    }

    @Test
    void withoutSecretsAFileIsNotTouched() {
        var content = new ByteArrayInputStream(new byte[0]);

        assertThat(new Masker().mask(content)).isSameAs(content);
    }
}
