// SPDX-License-Identifier: Apache-2.0
/// What follows from a commit: jobs, children, feed and controls as messages.
@NullMarked
package io.millrace.execution.dispatch;

import org.jspecify.annotations.NullMarked;
