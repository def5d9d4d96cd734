// SPDX-License-Identifier: Apache-2.0
/// Files that are encrypted and signed with OpenPGP (RFC 9580, and RFC 4880 before it).
@NullMarked
package io.millrace.plugin.openpgp;

import org.jspecify.annotations.NullMarked;
