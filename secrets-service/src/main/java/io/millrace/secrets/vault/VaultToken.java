// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.vault;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The token with which Vault is asked. It is renewed when two thirds of its lease are over, by
/// whoever asks then; one that can't be renewed is replaced by signing in again.
final class VaultToken {
    private final RestClient http;
    private final VaultAuth auth;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Lease lease;

    /// @param renewAt absent if it has no end
    private record Lease(
            String token, boolean renewable, @Nullable Instant renewAt, @Nullable Instant endsAt) {
        @Override
        public String toString() {
            return "Lease[endsAt=" + endsAt + "]";
        }
    }

    VaultToken(RestClient http, VaultAuth auth, Clock clock) {
        this.http = http;
        this.auth = auth;
        this.clock = clock;
    }

    String current() {
        var known = lease;
        if (known != null
                && (known.renewAt() == null || clock.instant().isBefore(known.renewAt()))) {
            return known.token();
        }
        lock.lock();
        try {
            var now = lease;
            if (now == null) {
                return signIn();
            }
            // another may have been here before
            return isFresh(now) ? now.token() : renewed(now);
        } finally {
            lock.unlock();
        }
    }

    private boolean isFresh(Lease known) {
        return known.renewAt() == null || clock.instant().isBefore(known.renewAt());
    }

    /// One in the place of another, which Vault doesn't take any more.
    String replacing(String refused) {
        lock.lock();
        try {
            var now = lease;
            // others were refused with it, too, and one has signed in
            return now == null || now.token().equals(refused) ? signIn() : now.token();
        } finally {
            lock.unlock();
        }
    }

    private String renewed(Lease before) {
        boolean holds = before.endsAt() != null && clock.instant().isBefore(before.endsAt());
        if (before.renewable() && holds) {
            try {
                var answer = post("/auth/token/renew-self", Map.of(), before.token());
                return keep(answer.path("auth"));
            } catch (RestClientException _) {
                // then as if it were the first time
            }
        }
        return signIn();
    }

    private String signIn() {
        return switch (auth.method()) {
            case TOKEN -> {
                var token = read(auth.tokenFile(), "token-file");
                lease = new Lease(token, false, null, null);
                yield token;
            }
            case APPROLE ->
                    signIn(
                            "approle",
                            Map.of(
                                    "role_id",
                                    required(auth.roleId(), "role-id"),
                                    "secret_id",
                                    read(auth.secretIdFile(), "secret-id-file")));
            case KUBERNETES -> signIn("kubernetes", jwt());
            case JWT -> signIn("jwt", jwt());
        };
    }

    private Map<String, String> jwt() {
        return Map.of(
                "role", required(auth.role(), "role"), "jwt", read(auth.jwtFile(), "jwt-file"));
    }

    private String signIn(String method, Map<String, String> with) {
        var mount = auth.mount() == null ? method : auth.mount();
        return keep(post("/auth/" + mount + "/login", with, null).path("auth"));
    }

    private String keep(JsonNode granted) {
        var token = granted.path("client_token").asString("");
        if (token.isEmpty()) {
            throw new RestClientException("Expected a token of Vault but got none");
        }
        long seconds = granted.path("lease_duration").asLong(0);
        var now = clock.instant();
        lease =
                new Lease(
                        token,
                        granted.path("renewable").asBoolean(false),
                        seconds == 0
                                ? null
                                : now.plus(
                                        Duration.ofSeconds(seconds).dividedBy(3).multipliedBy(2)),
                        seconds == 0 ? null : now.plusSeconds(seconds));
        return token;
    }

    private JsonNode post(String path, Map<String, String> body, @Nullable String token) {
        var request = http.post().uri(path).contentType(MediaType.APPLICATION_JSON);
        if (token != null) {
            request.header("X-Vault-Token", token);
        }
        var answer =
                request.body(JsonMapper.shared().writeValueAsString(body))
                        .retrieve()
                        .body(String.class);
        return JsonMapper.shared().readTree(requireNonNull(answer));
    }

    private static String required(@Nullable String value, String property) {
        if (value == null || value.isBlank()) {
            throw new IllegalStateException("Expected vault.auth." + property);
        }
        return value;
    }

    private static String read(@Nullable Path file, String property) {
        if (file == null) {
            throw new IllegalStateException("Expected vault.auth." + property);
        }
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new RestClientException(
                    "The file of vault.auth." + property + " can't be read", e);
        }
    }
}
