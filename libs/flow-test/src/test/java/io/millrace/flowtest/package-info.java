// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.millrace.flowtest;

import org.jspecify.annotations.NullMarked;
