// SPDX-License-Identifier: Apache-2.0
/// Service accounts and their API tokens.
@NullMarked
package io.millrace.gateway.accounts;

import org.jspecify.annotations.NullMarked;
