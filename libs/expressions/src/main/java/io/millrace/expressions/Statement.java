// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

/// A part of a template that writes: text, a printed expression, a tag.
@FunctionalInterface
interface Statement {

    void run(Evaluation evaluation, Output output);
}
