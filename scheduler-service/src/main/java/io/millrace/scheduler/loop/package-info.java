// SPDX-License-Identifier: Apache-2.0
/// What is done again and again.
@NullMarked
package io.millrace.scheduler.loop;

import org.jspecify.annotations.NullMarked;
