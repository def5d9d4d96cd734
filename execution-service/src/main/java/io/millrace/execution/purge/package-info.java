// SPDX-License-Identifier: Apache-2.0

/// What is deleted: by request, by tasks, and when it has been kept for long enough.
@NullMarked
package io.millrace.execution.purge;

import org.jspecify.annotations.NullMarked;
