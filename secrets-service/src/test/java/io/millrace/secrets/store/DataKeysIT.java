// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.crypto.TamperedException;
import io.millrace.secrets.crypto.Envelopes;
import io.millrace.secrets.crypto.MasterKey;
import io.millrace.test.TestDatabase;
import io.millrace.test.TestServices;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The table of data keys is real; the master key is elsewhere, as far as it says.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(TestServices.class)
class DataKeysIT {
    private final AtomicInteger unwrapped = new AtomicInteger();

    /// Wraps by saying so.
    private final class Elsewhere implements MasterKey {
        @Override
        public String current() {
            return "elsewhere:1";
        }

        @Override
        public boolean knows(String id) {
            return true;
        }

        @Override
        public byte[] wrap(String id, byte[] key, byte[] boundTo) {
            return key.clone();
        }

        @Override
        public byte[] unwrap(String id, byte[] wrapped, byte[] boundTo) {
            unwrapped.incrementAndGet();
            if (wrapped.length != 32) {
                throw new TamperedException();
            }
            return wrapped.clone();
        }

        @Override
        public boolean isRemote() {
            return true;
        }
    }

    @BeforeAll
    void create(TestDatabase database) throws Exception {
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var tables = DataKeys.class.getResourceAsStream("/db/secrets/secrets.sql")) {
            statement.execute(
                    new String(
                            Objects.requireNonNull(tables).readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private DataKeys keys(JdbcClient jdbc) {
        return new DataKeys(
                jdbc, new Envelopes(new Elsewhere(), new SecureRandom()), Clock.systemUTC());
    }

    @Test
    void aRetiredKeyThatIsDamagedIsMissedByWhomItSealedForAlone(TestDatabase database) {
        var jdbc = JdbcClient.create(database.dataSource());
        var before = keys(jdbc);
        var retired = before.inUse("main").id();
        assertThat(before.retire(Instant.now().plusSeconds(60))).containsExactly("main");
        jdbc.sql("update data_key set wrapped = '\\x00' where id = ?").param(retired).update();
        unwrapped.set(0);
        var keys = keys(jdbc);

        keys.prepare("main", true);
        keys.prepare("main", false);

        assertThat(keys.get(keys.inUse("main").id()).id()).isNotEqualTo(retired);
        assertThat(unwrapped).as("each is asked for once").hasValue(2);
        assertThatThrownBy(() -> keys.get(retired)).isInstanceOf(TamperedException.class);
    }
}
