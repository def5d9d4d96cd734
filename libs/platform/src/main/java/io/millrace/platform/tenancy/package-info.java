// SPDX-License-Identifier: Apache-2.0
/// The second wall between tenants: PostgreSQL's row-level security (ADR 0034).
@NullMarked
package io.millrace.platform.tenancy;

import org.jspecify.annotations.NullMarked;
