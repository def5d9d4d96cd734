// SPDX-License-Identifier: Apache-2.0
/// Tests of what surrounds a task.
@NullMarked
package io.millrace.worker.run;

import org.jspecify.annotations.NullMarked;
