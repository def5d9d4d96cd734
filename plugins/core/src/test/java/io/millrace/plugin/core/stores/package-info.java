// SPDX-License-Identifier: Apache-2.0
/// Tests of the tasks on stores.
@NullMarked
package io.millrace.plugin.core.stores;

import org.jspecify.annotations.NullMarked;
