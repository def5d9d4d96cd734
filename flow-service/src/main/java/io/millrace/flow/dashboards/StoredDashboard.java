// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.dashboards;

import java.time.Instant;

/// A dashboard's source.
///
/// @param version one more with each change
record StoredDashboard(
        String tenant, String id, String source, Instant created, Instant updated, int version) {}
