// SPDX-License-Identifier: Apache-2.0
/// Tests of what goes into the audit log.
@NullMarked
package io.millrace.platform.audit;

import org.jspecify.annotations.NullMarked;
