// SPDX-License-Identifier: Apache-2.0
/// Takes jobs, runs plugins, streams logs.
@NullMarked
package io.millrace.worker;

import org.jspecify.annotations.NullMarked;
