// SPDX-License-Identifier: Apache-2.0
/// What the requests of running tasks have in common.
@NullMarked
package io.millrace.flow.tasks;

import org.jspecify.annotations.NullMarked;
