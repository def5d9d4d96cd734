// SPDX-License-Identifier: Apache-2.0
/// One description of the whole API.
@NullMarked
package io.millrace.gateway.openapi;

import org.jspecify.annotations.NullMarked;
