// SPDX-License-Identifier: Apache-2.0
/// How fast a running installation is, beside what its disk, database and broker can do at most.
@NullMarked
package io.millrace.bench;

import org.jspecify.annotations.NullMarked;
