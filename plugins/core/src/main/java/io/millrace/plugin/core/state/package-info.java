// SPDX-License-Identifier: Apache-2.0
/// Tasks that keep a state from one execution to the next; their successors are those of kv.
@NullMarked
package io.millrace.plugin.core.state;

import org.jspecify.annotations.NullMarked;
