// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.millrace.plugin.runtime;

import org.jspecify.annotations.NullMarked;
