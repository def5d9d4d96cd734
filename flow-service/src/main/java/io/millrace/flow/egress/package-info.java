// SPDX-License-Identifier: Apache-2.0
/// Where the tasks of each tenant may connect to, as operators say it.
@NullMarked
package io.millrace.flow.egress;

import org.jspecify.annotations.NullMarked;
