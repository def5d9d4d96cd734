// SPDX-License-Identifier: Apache-2.0
/// Tasks on the files of namespaces.
@NullMarked
package io.millrace.plugin.core.namespace;

import org.jspecify.annotations.NullMarked;
