// SPDX-License-Identifier: Apache-2.0
/// Compression and archives.
@NullMarked
package io.millrace.plugin.compress;

import org.jspecify.annotations.NullMarked;
