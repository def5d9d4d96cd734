// SPDX-License-Identifier: Apache-2.0
/// Tenants, made and removed by operators.
@NullMarked
package io.millrace.gateway.tenants;

import org.jspecify.annotations.NullMarked;
