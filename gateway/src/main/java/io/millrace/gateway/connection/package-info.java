// SPDX-License-Identifier: Apache-2.0
/// Connections, before there is a request: nobody's slow ones keep others from theirs.
@NullMarked
package io.millrace.gateway.connection;

import org.jspecify.annotations.NullMarked;
