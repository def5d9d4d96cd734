// SPDX-License-Identifier: Apache-2.0
/// Cron expressions: parsed once, asked for the next and the previous date.
@NullMarked
package io.millrace.model.cron;

import org.jspecify.annotations.NullMarked;
