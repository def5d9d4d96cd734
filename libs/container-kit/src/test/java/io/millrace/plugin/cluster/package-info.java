// SPDX-License-Identifier: Apache-2.0
/// Tests.
@NullMarked
package io.millrace.plugin.cluster;

import org.jspecify.annotations.NullMarked;
