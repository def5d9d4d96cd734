// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.store;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.UUID;

@Entity
@Table(name = "secret_version")
class SecretVersionEntity {
    @EmbeddedId private Key key = new Key(new UUID(0, 0), 0);

    @Column(name = "data_key_id")
    private UUID dataKeyId = new UUID(0, 0);

    private byte[] sealed = {};

    @Column(name = "created_at")
    private Instant createdAt = Instant.EPOCH;

    @Column(name = "created_by")
    private String createdBy = "";

    protected SecretVersionEntity() {}

    SecretVersionEntity(
            Key key, UUID dataKeyId, byte[] sealed, Instant createdAt, String createdBy) {
        this.key = key;
        this.dataKeyId = dataKeyId;
        this.sealed = sealed;
        this.createdAt = createdAt;
        this.createdBy = createdBy;
    }

    @Embeddable
    record Key(@Column(name = "secret_id") UUID secretId, int version) implements Serializable {}

    Key key() {
        return key;
    }

    UUID dataKeyId() {
        return dataKeyId;
    }

    byte[] sealed() {
        return sealed;
    }
}
