// SPDX-License-Identifier: Apache-2.0
/// Namespaces: those that flows are in, and those above them.
@NullMarked
package io.millrace.flow.namespaces;

import org.jspecify.annotations.NullMarked;
