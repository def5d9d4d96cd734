// SPDX-License-Identifier: Apache-2.0
/// Builds of Jenkins.
@NullMarked
package io.millrace.plugin.jenkins;

import org.jspecify.annotations.NullMarked;
