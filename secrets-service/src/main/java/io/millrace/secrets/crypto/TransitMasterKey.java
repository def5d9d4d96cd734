// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.crypto;

import io.millrace.platform.crypto.TamperedException;
import io.millrace.platform.problem.ServiceException;
import io.millrace.secrets.vault.VaultClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.client.RestClientException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A key of the transit engine of Vault or OpenBao: it never leaves there; data keys go there to be
/// wrapped and unwrapped. Vault rotates it; what is wrapped bears its version.
final class TransitMasterKey implements MasterKey {
    private static final int BAD_REQUEST = 400;

    private final VaultClient vault;
    private final String mount;
    private final String key;
    private volatile @Nullable String current;

    TransitMasterKey(VaultClient vault, String mount, String key) {
        this.vault = vault;
        this.mount = mount;
        this.key = key;
    }

    private String name() {
        return "transit/" + mount + "/" + key + ":";
    }

    @Override
    public String current() {
        var known = current;
        return known == null ? ask() : known;
    }

    private String ask() {
        var latest = asked(() -> vault.get("/" + mount + "/keys/" + key)).path("latest_version");
        if (!latest.isInt()) {
            throw away(new IllegalStateException("Expected data.latest_version"));
        }
        var name = name() + latest.asInt();
        current = name;
        return name;
    }

    @Override
    public void refresh() {
        ask();
    }

    @Override
    public boolean knows(String id) {
        return id.startsWith(name());
    }

    @Override
    public boolean isRemote() {
        return true;
    }

    @Override
    public byte[] wrap(String id, byte[] plain, byte[] boundTo) {
        var body =
                Map.of(
                        "plaintext", base64(plain),
                        "associated_data", base64(boundTo),
                        "key_version", Integer.parseInt(id.substring(name().length())));
        var ciphertext =
                asked(() -> vault.post("/" + mount + "/encrypt/" + key, body)).path("ciphertext");
        if (!ciphertext.asString("").startsWith("vault:v")) {
            throw away(new IllegalStateException("Expected data.ciphertext"));
        }
        var wrapped = ciphertext.asString().getBytes(StandardCharsets.UTF_8);
        if (opensElsewhere(wrapped)) {
            throw new ServiceException.Unavailable(
                    "Expected Vault 1.13 or newer, or OpenBao, but this one doesn't bind data keys"
                            + " to their tenants");
        }
        return wrapped;
    }

    /// Vault before 1.13 ignores associated data, and doesn't say so.
    private boolean opensElsewhere(byte[] wrapped) {
        try {
            unwrap(name(), wrapped, "another".getBytes(StandardCharsets.UTF_8));
            return true;
        } catch (TamperedException _) {
            return false;
        }
    }

    @Override
    public byte[] unwrap(String id, byte[] wrapped, byte[] boundTo) {
        var body =
                Map.of(
                        "ciphertext",
                        new String(wrapped, StandardCharsets.UTF_8),
                        "associated_data",
                        base64(boundTo));
        var plain =
                asked(
                                () -> {
                                    var answer = vault.post("/" + mount + "/decrypt/" + key, body);
                                    if (answer.status() == BAD_REQUEST) {
                                        throw closed(id, answer.body());
                                    }
                                    return answer;
                                })
                        .path("plaintext");
        return Base64.getDecoder().decode(plain.asString());
    }

    private static RuntimeException closed(String id, String said) {
        if (said.contains("disallowed by policy")) {
            return new IllegalStateException(
                    "Master key "
                            + id
                            + " opens nothing any more: min_decryption_version is above it");
        }
        return said.contains("encryption key not found")
                ? new IllegalStateException("Master key " + id + " is deleted")
                : new TamperedException();
    }

    private interface Question {
        VaultClient.Answer ask();
    }

    private static JsonNode asked(Question question) {
        try {
            var answer = question.ask();
            if (answer.status() != 200) {
                throw new RestClientException("Expected 200 but got " + answer.status());
            }
            return JsonMapper.shared().readTree(answer.body()).path("data");
        } catch (RestClientException | JacksonException e) {
            throw away(e);
        }
    }

    private static ServiceException.Unavailable away(Exception e) {
        return new ServiceException.Unavailable(
                "The place of the master key is away. Try again", Duration.ofSeconds(5), e);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
