// SPDX-License-Identifier: Apache-2.0
/// Previews of dates and conditions, with the code of real runs.
@NullMarked
package io.millrace.scheduler.evaluate;

import org.jspecify.annotations.NullMarked;
