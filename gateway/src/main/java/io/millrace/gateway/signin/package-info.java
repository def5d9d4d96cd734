// SPDX-License-Identifier: Apache-2.0
/// Who calls: access tokens of OIDC issuers.
@NullMarked
package io.millrace.gateway.signin;

import org.jspecify.annotations.NullMarked;
