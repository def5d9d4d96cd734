// SPDX-License-Identifier: Apache-2.0
/// Tests.
@NullMarked
package io.millrace.plugin.container;

import org.jspecify.annotations.NullMarked;
