// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.millrace.plugin.git;

import org.jspecify.annotations.NullMarked;
