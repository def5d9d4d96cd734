// SPDX-License-Identifier: Apache-2.0
/// Tasks on files of the internal storage.
@NullMarked
package io.millrace.plugin.core.storage;

import org.jspecify.annotations.NullMarked;
