// SPDX-License-Identifier: Apache-2.0
/// Tasks that give values to those after them.
@NullMarked
package io.millrace.plugin.core.output;

import org.jspecify.annotations.NullMarked;
