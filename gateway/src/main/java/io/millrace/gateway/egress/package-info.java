// SPDX-License-Identifier: Apache-2.0
/// Where the tasks of each tenant may connect to: who may say so, and that it is on record.
@NullMarked
package io.millrace.gateway.egress;

import org.jspecify.annotations.NullMarked;
