// SPDX-License-Identifier: Apache-2.0
/// Tests of what goes to workers.
@NullMarked
package io.millrace.execution.dispatch;

import org.jspecify.annotations.NullMarked;
