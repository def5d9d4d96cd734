// SPDX-License-Identifier: Apache-2.0
/// Tasks that only pass time.
@NullMarked
package io.millrace.plugin.core.flow;

import org.jspecify.annotations.NullMarked;
