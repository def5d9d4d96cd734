// SPDX-License-Identifier: Apache-2.0
/// Tests of the core plugins.
@NullMarked
package io.millrace.plugin.core;

import org.jspecify.annotations.NullMarked;
