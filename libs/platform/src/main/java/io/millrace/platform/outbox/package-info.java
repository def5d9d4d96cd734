// SPDX-License-Identifier: Apache-2.0
/// Messages that leave if, and only if, a transaction commits.
@NullMarked
package io.millrace.platform.outbox;

import org.jspecify.annotations.NullMarked;
