// SPDX-License-Identifier: Apache-2.0
/// Tests.
@NullMarked
package io.millrace.plugin.azure;

import org.jspecify.annotations.NullMarked;
