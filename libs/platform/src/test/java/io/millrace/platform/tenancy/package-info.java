// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.millrace.platform.tenancy;

import org.jspecify.annotations.NullMarked;
