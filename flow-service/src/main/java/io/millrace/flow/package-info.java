// SPDX-License-Identifier: Apache-2.0
/// Namespaces and flows with their revisions.
@NullMarked
package io.millrace.flow;

import org.jspecify.annotations.NullMarked;
