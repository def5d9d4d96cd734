// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.purge;

import io.millrace.plugin.Title;

/// What a purge gives.
public record Size(@Title("How much was deleted") long size) {}
