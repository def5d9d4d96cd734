// SPDX-License-Identifier: Apache-2.0
/// The gateway from outside.
@NullMarked
package io.millrace.gateway;

import org.jspecify.annotations.NullMarked;
