// SPDX-License-Identifier: Apache-2.0
/// Tests of this part alone.
@NullMarked
package io.millrace.gateway.route;

import org.jspecify.annotations.NullMarked;
