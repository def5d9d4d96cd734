// SPDX-License-Identifier: Apache-2.0
/// Tasks that show a value.
@NullMarked
package io.millrace.plugin.core.debug;

import org.jspecify.annotations.NullMarked;
