// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.audit;

import io.millrace.contracts.AuditEvent;

/// Where audit events go on their way to the log.
interface AuditSink {

    /// Returns when the event can't be lost any more, or with the caller's transaction if there is
    /// one.
    void write(AuditEvent event);

    /// For what changes nothing: it may be lost if this process is killed within the second.
    void writeSoon(AuditEvent event);
}
