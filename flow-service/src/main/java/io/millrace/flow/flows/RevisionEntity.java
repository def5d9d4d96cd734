// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/// One revision of a flow: never changed; one that is removed is only hidden, as executions may run
/// on it.
@Entity
@Immutable
@Table(name = "flow_revision")
@IdClass(RevisionEntity.Key.class)
class RevisionEntity {
    @Id private String tenant = "";
    @Id private String namespace = "";
    @Id private String id = "";
    @Id private int revision;
    private String source = "";

    /// Never another than the source says; absent in what older versions have stored.
    @Column(columnDefinition = "json")
    @ColumnTransformer(write = "?::json")
    private @Nullable String document;

    /// As [KeptLinks] writes them; absent in what older versions have stored.
    @Column(columnDefinition = "json")
    @ColumnTransformer(write = "?::json")
    private @Nullable String links;

    private boolean deleted;
    private Instant createdAt = Instant.EPOCH;
    private String createdBy = "";
    private @Nullable Instant removedAt;

    record Key(String tenant, String namespace, String id, int revision) implements Serializable {}

    protected RevisionEntity() {}

    RevisionEntity(
            FlowId flow,
            int revision,
            String source,
            @Nullable String document,
            String links,
            boolean deleted,
            Instant at,
            String by) {
        tenant = flow.tenant();
        namespace = flow.namespace();
        id = flow.id();
        this.revision = revision;
        this.source = source;
        this.document = document;
        this.links = links;
        this.deleted = deleted;
        createdAt = at;
        createdBy = by;
    }

    boolean removed() {
        return removedAt != null;
    }

    FlowRevision toRevision() {
        return new FlowRevision(
                new FlowId(tenant, namespace, id),
                revision,
                source,
                document,
                deleted,
                createdAt,
                createdBy);
    }
}
