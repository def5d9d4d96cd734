// SPDX-License-Identifier: Apache-2.0
/// Objects of Google Cloud Storage, over its JSON API.
@NullMarked
package io.millrace.plugin.gcp;

import org.jspecify.annotations.NullMarked;
