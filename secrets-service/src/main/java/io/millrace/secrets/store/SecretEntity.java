// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "secret")
class SecretEntity {
    @Id private UUID id = UUID.randomUUID();
    private String tenant = "";
    private String namespace = "";
    private String name = "";
    private @Nullable String description;

    @JdbcTypeCode(SqlTypes.JSON)
    private List<SecretMetadata.Tag> tags = new ArrayList<>();

    @Column(name = "current_version")
    private int currentVersion;

    @Column(name = "updated_at")
    private Instant updatedAt = Instant.EPOCH;

    @Column(name = "updated_by")
    private String updatedBy = "";

    @Column(name = "rotated_at")
    private Instant rotatedAt = Instant.EPOCH;

    @Column(name = "rotate_every_seconds")
    private @Nullable Long rotateEverySeconds;

    @Version
    @Column(name = "row_version")
    private @Nullable Integer rowVersion;

    protected SecretEntity() {}

    SecretEntity(String tenant, String namespace, String name) {
        this.tenant = tenant;
        this.namespace = namespace;
        this.name = name;
    }

    UUID id() {
        return id;
    }

    Secrets.Ref ref() {
        return new Secrets.Ref(tenant, namespace, name);
    }

    String namespace() {
        return namespace;
    }

    String name() {
        return name;
    }

    int currentVersion() {
        return currentVersion;
    }

    int nextVersion() {
        return ++currentVersion;
    }

    void describe(Secrets.Description said) {
        if (said.text() != null) {
            description = said.text().isEmpty() ? null : said.text();
        }
        if (said.tags() != null) {
            tags = new ArrayList<>(said.tags());
        }
        var every = said.rotateEvery();
        if (every != null) {
            rotateEverySeconds = every.isZero() ? null : every.toSeconds();
        }
    }

    void touch(Instant at, String by) {
        updatedAt = at;
        updatedBy = by;
    }

    void rotated(Instant at) {
        rotatedAt = at;
    }

    SecretMetadata toMetadata() {
        return new SecretMetadata(
                namespace,
                name,
                description,
                tags,
                currentVersion,
                updatedAt,
                updatedBy,
                rotatedAt,
                rotateEverySeconds == null ? null : Duration.ofSeconds(rotateEverySeconds));
    }
}
