// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.flows;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import org.hibernate.annotations.ColumnTransformer;

/// The newest revision of a flow; its row also stays when the flow is deleted.
@Entity
@Table(name = "flow")
@IdClass(FlowId.class)
@SuppressWarnings("UnusedVariable") // lists read the columns
class FlowEntity {
    @Id private String tenant = "";
    @Id private String namespace = "";
    @Id private String id = "";
    private int revision;
    private boolean disabled;
    private boolean deleted;

    @Column(columnDefinition = "jsonb")
    @ColumnTransformer(write = "?::jsonb")
    private String labels = "{}";

    private Instant updatedAt = Instant.EPOCH;
    private String updatedBy = "";
    @Version private int rowVersion;

    protected FlowEntity() {}

    FlowEntity(FlowId flow) {
        tenant = flow.tenant();
        namespace = flow.namespace();
        id = flow.id();
    }

    int revision() {
        return revision;
    }

    boolean disabled() {
        return disabled;
    }

    boolean deleted() {
        return deleted;
    }

    /// Moves on to the next revision.
    ///
    /// @param newLabels as a JSON object
    void saved(boolean isDisabled, String newLabels, Instant at, String by) {
        revision++;
        deleted = false;
        disabled = isDisabled;
        labels = newLabels;
        updatedAt = at;
        updatedBy = by;
    }

    void deleted(Instant at, String by) {
        revision++;
        deleted = true;
        updatedAt = at;
        updatedBy = by;
    }
}
