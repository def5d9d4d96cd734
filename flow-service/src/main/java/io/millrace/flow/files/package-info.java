// SPDX-License-Identifier: Apache-2.0
/// The files of each namespace, with their revisions.
@NullMarked
package io.millrace.flow.files;

import org.jspecify.annotations.NullMarked;
