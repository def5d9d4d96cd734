// SPDX-License-Identifier: Apache-2.0
/// What a caller may do: roles, grants on namespaces, and the one place that decides.
@NullMarked
package io.millrace.platform.access;

import org.jspecify.annotations.NullMarked;
