// SPDX-License-Identifier: Apache-2.0
/// Who calls: keys, internal tokens and task tokens, and the filter that checks them.
@NullMarked
package io.millrace.platform.identity;

import org.jspecify.annotations.NullMarked;
