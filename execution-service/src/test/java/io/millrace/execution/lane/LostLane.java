// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.lane;

/// Lets tests outside say what a commit says that finds its lane in other hands.
public final class LostLane {
    private LostLane() {}

    public static RuntimeException lost() {
        return new LaneLostException("Expected to hold the lane");
    }
}
