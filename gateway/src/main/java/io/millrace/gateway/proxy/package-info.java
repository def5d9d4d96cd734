// SPDX-License-Identifier: Apache-2.0
/// Passing a request on to its service, and the answer back.
@NullMarked
package io.millrace.gateway.proxy;

import org.jspecify.annotations.NullMarked;
