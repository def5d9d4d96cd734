// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.crypto.MasterKeys;
import io.millrace.platform.crypto.TamperedException;
import io.millrace.secrets.crypto.Envelopes.Place;
import io.millrace.secrets.crypto.Envelopes.WrappedKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopesTest {
    private static final String OLD = key(1);
    private static final String NEW = key(2);
    private static final Place PLACE = new Place("main", "company.data", "DB_PASSWORD", 3);

    private final Envelopes envelopes = envelopes(OLD);

    @Test
    void whatIsSealedOpensAtItsPlace() {
        var key = envelopes.unwrap(envelopes.newDataKey("main"));

        var sealed = envelopes.seal(key, "pässword", PLACE);

        assertThat(envelopes.open(key, sealed, PLACE)).isEqualTo("pässword");
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("word");
    }

    @Test
    void sealingTwiceGivesDifferentBytes() {
        var key = envelopes.unwrap(envelopes.newDataKey("main"));

        assertThat(envelopes.seal(key, "same", PLACE))
                .isNotEqualTo(envelopes.seal(key, "same", PLACE));
    }

    static Stream<Place> otherPlaces() {
        return Stream.of(
                new Place("other", "company.data", "DB_PASSWORD", 3),
                new Place("main", "company", "DB_PASSWORD", 3),
                new Place("main", "company.data", "DB_USER", 3),
                new Place("main", "company.data", "DB_PASSWORD", 2));
    }

    @ParameterizedTest
    @MethodSource("otherPlaces")
    void whatIsMovedDoesNotOpen(Place elsewhere) {
        var key = envelopes.unwrap(envelopes.newDataKey("main"));
        var sealed = envelopes.seal(key, "secret", PLACE);

        assertThatThrownBy(() -> envelopes.open(key, sealed, elsewhere))
                .isInstanceOf(TamperedException.class);
    }

    @Test
    void everyChangedBitIsSeen() {
        var key = envelopes.unwrap(envelopes.newDataKey("main"));
        var sealed = envelopes.seal(key, "secret", PLACE);

        for (int i = 0; i < sealed.length; i++) {
            var changed = sealed.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> envelopes.open(key, changed, PLACE))
                    .isInstanceOf(TamperedException.class);
        }
        assertThatThrownBy(() -> envelopes.open(key, new byte[5], PLACE))
                .isInstanceOf(TamperedException.class);
    }

    @Test
    void aDataKeyIsOfOneTenant() {
        var key = envelopes.newDataKey("main");
        var moved = new WrappedKey(key.id(), "other", key.masterKeyId(), key.wrapped());

        assertThatThrownBy(() -> envelopes.unwrap(moved)).isInstanceOf(TamperedException.class);
    }

    @Test
    void aReplacedMasterKeyStillUnwraps() {
        var key = envelopes.newDataKey("main");
        var sealed = envelopes.seal(envelopes.unwrap(key), "secret", PLACE);

        var rotated = envelopes(NEW + "\n# until all data keys are wrapped anew\n" + OLD);

        assertThat(rotated.open(rotated.unwrap(key), sealed, PLACE)).isEqualTo("secret");
        assertThat(rotated.newDataKey("main").masterKeyId()).isNotEqualTo(key.masterKeyId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# none", "not Base64 at all!", "c2hvcnQ="})
    void aMasterKeyIs32BytesInBase64(String text) {
        assertThatThrownBy(() -> MasterKeys.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("c2hvcnQ");
    }

    private static Envelopes envelopes(String keys) {
        return new Envelopes(
                new LocalMasterKey(() -> MasterKeys.parse(keys), new SecureRandom()),
                new SecureRandom());
    }

    private static String key(int fill) {
        var bytes = new byte[32];
        java.util.Arrays.fill(bytes, (byte) fill);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
