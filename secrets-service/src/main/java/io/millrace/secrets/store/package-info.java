// SPDX-License-Identifier: Apache-2.0
/// The secrets of a namespace, their versions and their inheritance.
@NullMarked
package io.millrace.secrets.store;

import org.jspecify.annotations.NullMarked;
