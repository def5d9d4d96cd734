// SPDX-License-Identifier: Apache-2.0
/// Blobs of Azure, over its REST API.
@NullMarked
package io.millrace.plugin.azure;

import org.jspecify.annotations.NullMarked;
