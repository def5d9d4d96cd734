// SPDX-License-Identifier: Apache-2.0
/// How much tenants and namespaces may have, and what they use of it.
@NullMarked
package io.millrace.gateway.quotas;

import org.jspecify.annotations.NullMarked;
