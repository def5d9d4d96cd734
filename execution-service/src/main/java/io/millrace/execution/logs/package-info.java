// SPDX-License-Identifier: Apache-2.0
/// Log lines and metrics: stored, searched, followed.
@NullMarked
package io.millrace.execution.logs;

import org.jspecify.annotations.NullMarked;
