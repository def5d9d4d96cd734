// SPDX-License-Identifier: Apache-2.0
/// Jobs from the tenants' queues, in turn, as far as slots are free; kills and claims.
@NullMarked
package io.millrace.worker.take;

import org.jspecify.annotations.NullMarked;
