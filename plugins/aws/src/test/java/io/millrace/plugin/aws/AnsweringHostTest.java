// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.test.SilentServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;

class AnsweringHostTest {
    private final AnsweringHost tries = new AnsweringHost(AwsRetryStrategy.defaultRetryStrategy());

    /// What a caller gets from a host.
    private static Throwable failure(int port) {
        return catchThrowable(() -> {
            var uri = URI.create("http://127.0.0.1:" + port);
            var connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(500);
            connection.setReadTimeout(500);
            connection.getResponseCode();
        });
    }

    private void again(Throwable failure) {
        var first = tries.acquireInitialToken(AcquireInitialTokenRequest.create("a call"));
        var said = SdkClientException.create("Unable to execute HTTP request", failure);
        tries.refreshRetryToken(
                RefreshRetryTokenRequest.builder().token(first.token()).failure(said).build());
    }

    @Test
    void aHostThatTakesNoConnectionIsntCalledAgain() throws IOException {
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var waiting = new ArrayList<SocketChannel>();
            for (int i = 0; i < 5; i++) {
                var channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(full.getLocalSocketAddress());
                waiting.add(channel);
            }
            var failure = failure(full.getLocalPort());

            assertThat(failure).isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(() -> again(failure))
                    .isInstanceOf(TokenAcquisitionFailedException.class);
            for (var channel : waiting) {
                channel.close();
            }
        }
    }

    @Test
    void aHostThatRefusesOrTakesItsTimeIsCalledAgain() throws IOException {
        again(failure(SilentServer.closedPort()));
        try (var silent = SilentServer.start()) {
            var failure = failure(silent.port());

            assertThat(failure).isInstanceOf(SocketTimeoutException.class);
            again(failure);
        }
    }
}
