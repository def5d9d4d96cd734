// SPDX-License-Identifier: Apache-2.0
/// The command line, over the public API alone.
@NullMarked
package io.millrace.cli;

import org.jspecify.annotations.NullMarked;
