// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/// Lets tests wait longer than Awaitility's ten seconds for what has to come: only a test that
/// fails takes that long, also on a machine that is slow or does other things meanwhile.
public final class PatientWaits implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
    }
}
