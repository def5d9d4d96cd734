// SPDX-License-Identifier: Apache-2.0
/// What pages of the documentation say, compared with what is there.
@NullMarked
package io.millrace.docs;

import org.jspecify.annotations.NullMarked;
