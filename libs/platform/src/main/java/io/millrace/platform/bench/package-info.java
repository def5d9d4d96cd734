// SPDX-License-Identifier: Apache-2.0
/// The floor of a start over REST: one authenticated request that inserts one row.
@NullMarked
package io.millrace.platform.bench;

import org.jspecify.annotations.NullMarked;
