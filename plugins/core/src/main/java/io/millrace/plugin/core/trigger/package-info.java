// SPDX-License-Identifier: Apache-2.0
/// Tasks about triggers.
@NullMarked
package io.millrace.plugin.core.trigger;

import org.jspecify.annotations.NullMarked;
