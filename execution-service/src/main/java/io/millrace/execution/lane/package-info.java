// SPDX-License-Identifier: Apache-2.0
/// One writer for each execution at a time; all that has arrived is committed together.
@NullMarked
package io.millrace.execution.lane;

import org.jspecify.annotations.NullMarked;
