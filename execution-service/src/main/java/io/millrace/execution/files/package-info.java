// SPDX-License-Identifier: Apache-2.0
/// What executions keep in the internal storage.
@NullMarked
package io.millrace.execution.files;

import org.jspecify.annotations.NullMarked;
