// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import org.jspecify.annotations.Nullable;

/// An expression that is ready to be evaluated.
@FunctionalInterface
interface Node {

    @Nullable Object eval(Evaluation evaluation);
}
