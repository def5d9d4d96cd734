// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

/// Outputs of a task that has none.
public record NoOutputs() {}
