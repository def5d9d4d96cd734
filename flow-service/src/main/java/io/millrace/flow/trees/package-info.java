// SPDX-License-Identifier: Apache-2.0
/// A namespace and those below it as one: replaced by what stands elsewhere, such as in a Git
/// repository, all or nothing.
@NullMarked
package io.millrace.flow.trees;

import org.jspecify.annotations.NullMarked;
