// SPDX-License-Identifier: Apache-2.0
/// How much a caller may ask for at once.
@NullMarked
package io.millrace.gateway.limit;

import org.jspecify.annotations.NullMarked;
