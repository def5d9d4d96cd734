// SPDX-License-Identifier: Apache-2.0

/// Tasks about executions, their own and others.
@NullMarked
package io.millrace.plugin.core.execution;

import org.jspecify.annotations.NullMarked;
