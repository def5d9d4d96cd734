// SPDX-License-Identifier: Apache-2.0

/// Tasks about logs.
@NullMarked
package io.millrace.plugin.core.log;

import org.jspecify.annotations.NullMarked;
