// SPDX-License-Identifier: Apache-2.0
/// The one way in: sign-in, routes, limits, grants, audit.
@NullMarked
package io.millrace.gateway;

import org.jspecify.annotations.NullMarked;
