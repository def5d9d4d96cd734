// SPDX-License-Identifier: Apache-2.0
/// What users see of executions, and the lists of them.
@NullMarked
package io.millrace.execution.search;

import org.jspecify.annotations.NullMarked;
