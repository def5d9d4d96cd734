// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import java.io.InputStream;

/// A process that runs a script.
interface ScriptProcess {
    long pid();

    InputStream output();

    InputStream errors();

    /// @return exit code; 128 and the number of the signal if one ended it
    int waitFor() throws InterruptedException;

    /// A child of this JVM.
    record Child(Process process) implements ScriptProcess {
        @Override
        public long pid() {
            return process.pid();
        }

        @Override
        public InputStream output() {
            return process.getInputStream();
        }

        @Override
        public InputStream errors() {
            return process.getErrorStream();
        }

        @Override
        public int waitFor() throws InterruptedException {
            return process.waitFor();
        }
    }
}
