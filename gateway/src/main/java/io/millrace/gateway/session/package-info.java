// SPDX-License-Identifier: Apache-2.0
/// Browsers: they sign in at an issuer, and hold a cookie; the tokens stay here.
@NullMarked
package io.millrace.gateway.session;

import org.jspecify.annotations.NullMarked;
