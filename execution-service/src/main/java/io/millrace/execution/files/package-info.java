// SPDX-License-Identifier: Apache-2.0
/// Files of executions in the internal storage.
@NullMarked
package io.millrace.execution.files;

import org.jspecify.annotations.NullMarked;
