// SPDX-License-Identifier: Apache-2.0
/// What is set for namespaces and goes down to those below: variables, plugin defaults, who manages
/// them.
@NullMarked
package io.millrace.flow.settings;

import org.jspecify.annotations.NullMarked;
