// SPDX-License-Identifier: Apache-2.0
/// The few ways in which a request can't be served, and the documents that say so.
@NullMarked
package io.millrace.platform.problem;

import org.jspecify.annotations.NullMarked;
