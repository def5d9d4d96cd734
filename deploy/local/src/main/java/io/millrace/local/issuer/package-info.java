// SPDX-License-Identifier: Apache-2.0
/// An OIDC issuer for development: a few users in groups, on loopback, published by the gateway.
@NullMarked
package io.millrace.local.issuer;

import org.jspecify.annotations.NullMarked;
