// SPDX-License-Identifier: Apache-2.0
/// Templates, which flows of older versions include: stored, listed, checked.
@NullMarked
package io.millrace.flow.templates;

import org.jspecify.annotations.NullMarked;
