// SPDX-License-Identifier: Apache-2.0
/// The audit log: what was done, hash-chained.
@NullMarked
package io.millrace.gateway.audit;

import org.jspecify.annotations.NullMarked;
