// SPDX-License-Identifier: Apache-2.0
/// Tests of limits.
@NullMarked
package io.millrace.gateway.limit;

import org.jspecify.annotations.NullMarked;
