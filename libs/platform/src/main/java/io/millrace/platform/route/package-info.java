// SPDX-License-Identifier: Apache-2.0
/// The route table: every route of the public API, and who may call it.
@NullMarked
package io.millrace.platform.route;

import org.jspecify.annotations.NullMarked;
