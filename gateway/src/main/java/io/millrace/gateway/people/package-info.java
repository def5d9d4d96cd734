// SPDX-License-Identifier: Apache-2.0
/// Users and groups, as they were seen or made.
@NullMarked
package io.millrace.gateway.people;

import org.jspecify.annotations.NullMarked;
