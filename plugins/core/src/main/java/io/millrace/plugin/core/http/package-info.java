// SPDX-License-Identifier: Apache-2.0
/// HTTP requests and downloads, within the egress policy.
@NullMarked
package io.millrace.plugin.core.http;

import org.jspecify.annotations.NullMarked;
