// SPDX-License-Identifier: Apache-2.0
/// The service that runs executions: lanes around the engine, and what users ask of executions.
@NullMarked
package io.millrace.execution;

import org.jspecify.annotations.NullMarked;
