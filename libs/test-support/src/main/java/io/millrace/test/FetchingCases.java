// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.TaskFailedException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every task does that fetches a file from a server over HTTP when that server isn't as it
/// should be. A kill and the end of the task's time are the same to it.
public abstract class FetchingCases {
    private static final String HALF =
            "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000000\r\n\r\nhalf";

    @TempDir Path directory;

    /// Fetches a file.
    ///
    /// @param endpoint URL of the server
    protected abstract Object fetch(String endpoint, FakeContext context) throws Exception;

    private Object fetch(String endpoint) throws Exception {
        return fetch(endpoint, new FakeContext(directory));
    }

    @Test
    void aServerThatCantBeReachedIsSaid() throws Exception {
        var nowhere = "http://127.0.0.1:" + SilentServer.closedPort();

        assertThatThrownBy(() -> fetch(nowhere))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageStartingWith("Unable to ");
    }

    @Test
    void aServerWhereTasksMayNotConnectToIsSaid() {
        assertThatThrownBy(() -> fetch("http://169.254.169.254"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("egress policy");
    }

    @Test
    void aServerThatNeverAnswersIsLeftWhenTheTaskEnds() throws Exception {
        try (var silent = SilentServer.start()) {
            assertIsLeft(silent);
        }
    }

    @Test
    void aServerThatHangsInTheMiddleOfAFileIsLeftWhenTheTaskEnds() throws Exception {
        try (var silent = SilentServer.saying(HALF)) {
            assertIsLeft(silent);
        }
    }

    private void assertIsLeft(SilentServer silent) {
        var context = new FakeContext(directory);

        silent.isLeftBy(context, port -> fetch("http://127.0.0.1:" + port, context));

        assertThat(context.stored()).isEmpty();
    }
}
