// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.Codec;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/// What an equal run of the same task gave before (`taskCache`). It lies masked in the internal
/// storage of the flow; a cache that can't be read or written is as none.
final class KeptOutputs {
    private static final Logger log = LoggerFactory.getLogger(KeptOutputs.class);

    private final JobFiles files;
    private final String key;
    private final @Nullable Duration ttl;
    private final InstantSource clock;

    /// @param key of [#key(String, Map)]
    /// @param ttl how long what is kept counts; absent: as long as it is there
    KeptOutputs(JobFiles files, String key, @Nullable Duration ttl, InstantSource clock) {
        this.files = files;
        this.key = key;
        this.ttl = ttl;
        this.clock = clock;
    }

    private record Kept(Instant at, Map<String, @Nullable Object> outputs) {}

    /// Equal for runs with the same properties. It says nothing of what is in them.
    static String key(String type, Map<String, @Nullable Object> properties) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(type.getBytes(UTF_8));
            digest.update((byte) 0);
            return HexFormat.of().formatHex(digest.digest(Codec.encode(properties)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The outputs of the last equal run, if they still count.
    @Nullable Map<String, @Nullable Object> find() {
        try (var stored = files.openOutputs(key)) {
            var kept = Codec.decode(stored.readAllBytes(), Kept.class);
            boolean old = ttl != null && kept.at().plus(ttl).isBefore(clock.instant());
            return old ? null : kept.outputs();
        } catch (FileNotFoundException _) {
            return null;
        } catch (IOException | JacksonException e) {
            log.atWarn().setCause(e).log("Kept outputs could not be read; the task runs");
            return null;
        }
    }

    void keep(Map<String, @Nullable Object> outputs) {
        try {
            var content = Codec.encode(new Kept(clock.instant(), outputs));
            files.putOutputs(key, new ByteArrayInputStream(content));
        } catch (IOException | JacksonException e) {
            log.atWarn().setCause(e).log("Outputs could not be kept for later runs");
        }
    }
}
