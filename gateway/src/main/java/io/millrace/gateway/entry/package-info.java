// SPDX-License-Identifier: Apache-2.0
/// What every request passes: checks of its form, its caller, its limits.
@NullMarked
package io.millrace.gateway.entry;

import org.jspecify.annotations.NullMarked;
