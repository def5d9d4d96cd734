// SPDX-License-Identifier: Apache-2.0
/// Files of executions, for those who may read them.
@NullMarked
package io.millrace.execution.download;

import org.jspecify.annotations.NullMarked;
