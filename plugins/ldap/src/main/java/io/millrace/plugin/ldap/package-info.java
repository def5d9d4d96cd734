// SPDX-License-Identifier: Apache-2.0
/// Entries of LDAP directories.
@NullMarked
package io.millrace.plugin.ldap;

import org.jspecify.annotations.NullMarked;
