// SPDX-License-Identifier: Apache-2.0
/// What paths there are, who serves them, and which are open.
@NullMarked
package io.millrace.gateway.route;

import org.jspecify.annotations.NullMarked;
