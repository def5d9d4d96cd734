// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.broker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Something that is tried until it works. The log has when it began to fail and when it was over,
/// not each try: who is called at night reads two lines, and what is tried again has the processor.
///
/// Safe for several threads.
public final class Outage {
    private final Logger log;
    private final String what;
    private @Nullable Long since;

    /// @param what begins both lines, such as `Reports wait for the broker`
    public Outage(Logger log, String what) {
        this.log = log;
        this.what = what;
    }

    /// It did not work.
    public synchronized void failed(Throwable cause) {
        var level = since == null ? log.atWarn() : log.atDebug();
        level.addKeyValue("cause", String.valueOf(cause.getMessage())).log(what);
        if (since == null) {
            since = System.nanoTime();
        }
    }

    /// It worked.
    public synchronized void over() {
        if (since != null) {
            log.atInfo()
                    .addKeyValue("after", Duration.ofNanos(System.nanoTime() - since))
                    .log("{}: over", what);
            since = null;
        }
    }
}
