// SPDX-License-Identifier: Apache-2.0
/// Kills and restarts the parts of an installation of its own under load, and counts what is lost.
@NullMarked
package io.millrace.bench.chaos;

import org.jspecify.annotations.NullMarked;
