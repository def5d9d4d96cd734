// SPDX-License-Identifier: Apache-2.0
/// Tests.
@NullMarked
package io.millrace.plugin.kubernetes;

import org.jspecify.annotations.NullMarked;
