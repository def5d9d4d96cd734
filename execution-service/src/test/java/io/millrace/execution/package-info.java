// SPDX-License-Identifier: Apache-2.0
/// The service against a real database and broker, with a worker and a flow-service inside the
/// test.
@NullMarked
package io.millrace.execution;

import org.jspecify.annotations.NullMarked;
