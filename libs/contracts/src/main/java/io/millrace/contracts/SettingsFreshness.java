// SPDX-License-Identifier: Apache-2.0
package io.millrace.contracts;

import java.time.Duration;

/// For how long plans of flows count without asking whether a namespace's settings have changed.
/// Who has compiled flows asks every [#ASKED]; who changes settings acknowledges it after
/// [#SETTLED], counted from the commit. So nobody who has been told of a change meets what was
/// before it, as long as the flow-service can be reached; while it can't be, nothing changes.
public final class SettingsFreshness {
    public static final Duration ASKED = Duration.ofMillis(200);

    /// Two rounds: the one under way may have been answered before the commit.
    public static final Duration SETTLED = ASKED.multipliedBy(2).plusMillis(100);

    private SettingsFreshness() {}
}
