// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.tests;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;

/// A test suite as it is stored.
@Entity
@Table(name = "test_suite")
@IdClass(SuiteId.class)
@SuppressWarnings("UnusedVariable") // the columns are for lists and operators
class SuiteEntity {
    @Id private String tenant = "";
    @Id private String namespace = "";
    @Id private String id = "";
    private String flowId = "";
    private boolean disabled;
    private String source = "";
    private Instant createdAt = Instant.EPOCH;
    private Instant updatedAt = Instant.EPOCH;
    private String updatedBy = "";
    @Version private int rowVersion;

    protected SuiteEntity() {}

    SuiteEntity(SuiteId suite, Instant at) {
        tenant = suite.tenant();
        namespace = suite.namespace();
        id = suite.id();
        createdAt = at;
    }

    void saved(StoredSuite suite, Instant at, String by) {
        flowId = suite.suite().flowId();
        disabled = suite.suite().disabled();
        source = suite.source();
        updatedAt = at;
        updatedBy = by;
    }

    String source() {
        return source;
    }
}
