// SPDX-License-Identifier: Apache-2.0
/// How lanes and queues stand, for those who run the installation.
@NullMarked
package io.millrace.execution.health;

import org.jspecify.annotations.NullMarked;
