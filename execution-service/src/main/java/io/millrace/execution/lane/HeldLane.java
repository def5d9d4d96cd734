// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

/// A lane of this instance.
///
/// @param epoch number of this holding; the row bears another one once the lane has a new owner
/// @param clean whether the last owner had published all that it committed
public record HeldLane(int lane, long epoch, boolean clean) {}
