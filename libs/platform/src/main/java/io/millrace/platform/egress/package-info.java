// SPDX-License-Identifier: Apache-2.0
/// Where the tasks of a tenant may connect to.
@NullMarked
package io.millrace.platform.egress;

import org.jspecify.annotations.NullMarked;
