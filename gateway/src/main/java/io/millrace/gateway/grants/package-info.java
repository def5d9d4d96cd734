// SPDX-License-Identifier: Apache-2.0
/// What a caller may do in which tenant, and the internal token that says so.
@NullMarked
package io.millrace.gateway.grants;

import org.jspecify.annotations.NullMarked;
