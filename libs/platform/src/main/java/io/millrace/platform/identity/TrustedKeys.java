// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The public keys of all services, from a file that is read again when it has changed: keys are
/// rotated by adding the new one, waiting a second, using it, and taking away the old one.
final class TrustedKeys {
    private static final Logger log = LoggerFactory.getLogger(TrustedKeys.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final Path file;
    private final Clock clock;
    private final Runnable onChange;
    private volatile Loaded loaded = new Loaded(Map.of(), null, -1, Instant.MIN);

    private record Loaded(
            Map<String, ECDSAVerifier> keys,
            @Nullable FileTime modified,
            long bytes,
            Instant lookedAt) {}

    /// @param onChange called when other keys are trusted from now on
    TrustedKeys(Path file, Clock clock, Runnable onChange) {
        this.file = file;
        this.clock = clock;
        this.onChange = onChange;
    }

    /// The service that a key vouches for.
    static String serviceOf(@Nullable String keyId) {
        int slash = keyId == null ? -1 : keyId.indexOf('/');
        return keyId == null || slash < 1 ? "" : keyId.substring(0, slash);
    }

    @Nullable ECDSAVerifier get(String keyId) {
        refresh();
        return loaded.keys().get(keyId);
    }

    /// Looks at the file at most once a second.
    void refresh() {
        var now = clock.instant();
        if (now.isAfter(
                loaded.lookedAt().equals(Instant.MIN)
                        ? Instant.MIN
                        : loaded.lookedAt().plus(LOOK_EVERY))) {
            reload(now);
        }
    }

    private synchronized void reload(Instant now) {
        try {
            var modified = Files.getLastModifiedTime(file);
            long bytes = Files.size(file);
            var before = loaded;
            if (modified.equals(before.modified()) && bytes == before.bytes()) {
                loaded = new Loaded(before.keys(), modified, bytes, now);
                return;
            }
            loaded = new Loaded(parse(Files.readString(file)), modified, bytes, now);
            onChange.run();
            log.atInfo()
                    .addKeyValue("file", file)
                    .addKeyValue("keys", loaded.keys().keySet())
                    .log("Trusted keys read");
        } catch (IOException | ParseException | JOSEException e) {
            log.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("Trusted keys can't be read; the last ones stay");
            var before = loaded;
            loaded = new Loaded(before.keys(), before.modified(), before.bytes(), now);
        }
    }

    private static Map<String, ECDSAVerifier> parse(String json)
            throws ParseException, JOSEException {
        var keys = new HashMap<String, ECDSAVerifier>();
        for (var key : JWKSet.parse(json).getKeys()) {
            if (key instanceof ECKey ec && ec.getKeyID() != null) {
                keys.put(ec.getKeyID(), new ECDSAVerifier(ec.toPublicJWK()));
            }
        }
        return Map.copyOf(keys);
    }
}
