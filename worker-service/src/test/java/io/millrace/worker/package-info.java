// SPDX-License-Identifier: Apache-2.0
/// Tests.
@NullMarked
package io.millrace.worker;

import org.jspecify.annotations.NullMarked;
