// SPDX-License-Identifier: Apache-2.0
/// Saying who did what.
@NullMarked
package io.millrace.platform.audit;

import org.jspecify.annotations.NullMarked;
