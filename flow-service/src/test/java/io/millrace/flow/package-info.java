// SPDX-License-Identifier: Apache-2.0
/// The flow service as other services and the gateway see it.
@NullMarked
package io.millrace.flow;

import org.jspecify.annotations.NullMarked;
