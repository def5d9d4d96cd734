// SPDX-License-Identifier: Apache-2.0
/// How a service starts.
@NullMarked
package io.millrace.platform;

import org.jspecify.annotations.NullMarked;
