// SPDX-License-Identifier: Apache-2.0
/// Starting executions and changing their course, over REST.
@NullMarked
package io.millrace.execution.start;

import org.jspecify.annotations.NullMarked;
