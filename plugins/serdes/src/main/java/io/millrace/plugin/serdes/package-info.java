// SPDX-License-Identifier: Apache-2.0
/// Files of rows to and from other formats.
@NullMarked
package io.millrace.plugin.serdes;

import org.jspecify.annotations.NullMarked;
