// SPDX-License-Identifier: Apache-2.0
/// What a task plugin implements, and how one is described without running it.
@NullMarked
package io.millrace.plugin;

import org.jspecify.annotations.NullMarked;
