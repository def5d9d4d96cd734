// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.millrace.gateway.ui;

import org.jspecify.annotations.NullMarked;
