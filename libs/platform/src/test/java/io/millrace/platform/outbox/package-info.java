// SPDX-License-Identifier: Apache-2.0
/// The outbox against a real database.
@NullMarked
package io.millrace.platform.outbox;

import org.jspecify.annotations.NullMarked;
