// SPDX-License-Identifier: Apache-2.0
/// Flows as executions need them: the newest revision, and compiled plans.
@NullMarked
package io.millrace.execution.flows;

import org.jspecify.annotations.NullMarked;
