// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.millrace.platform.egress;

import org.jspecify.annotations.NullMarked;
