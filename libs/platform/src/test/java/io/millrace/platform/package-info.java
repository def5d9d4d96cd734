// SPDX-License-Identifier: Apache-2.0
/// The platform seen from a service's side.
@NullMarked
package io.millrace.platform;

import org.jspecify.annotations.NullMarked;
