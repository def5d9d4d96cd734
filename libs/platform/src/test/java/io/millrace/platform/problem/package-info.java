// SPDX-License-Identifier: Apache-2.0
/// Tests of this part alone.
@NullMarked
package io.millrace.platform.problem;

import org.jspecify.annotations.NullMarked;
