// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import java.net.SocketTimeoutException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.AcquireInitialTokenResponse;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RecordSuccessResponse;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;

/// Tries again as Amazon's client does, but not a host that has been called for the whole time of a
/// connect: who is silent for so long isn't called four times.
record AnsweringHost(RetryStrategy amazons) implements RetryStrategy {

    static ClientOverrideConfiguration configuration() {
        return ClientOverrideConfiguration.builder()
                .retryStrategy(new AnsweringHost(AwsRetryStrategy.defaultRetryStrategy()))
                .build();
    }

    @Override
    public RefreshRetryTokenResponse refreshRetryToken(RefreshRetryTokenRequest request) {
        if (isSilent(request.failure())) {
            throw new TokenAcquisitionFailedException(
                    "The host doesn't answer", request.token(), request.failure());
        }
        return amazons.refreshRetryToken(request);
    }

    /// The JDK says by the text alone whether it waited for a connection or for an answer over it.
    private static boolean isSilent(Throwable failure) {
        return failure.getCause() instanceof SocketTimeoutException timeout
                && "Connect timed out".equals(timeout.getMessage());
    }

    @Override
    public AcquireInitialTokenResponse acquireInitialToken(AcquireInitialTokenRequest request) {
        return amazons.acquireInitialToken(request);
    }

    @Override
    public RecordSuccessResponse recordSuccess(RecordSuccessRequest request) {
        return amazons.recordSuccess(request);
    }

    @Override
    public int maxAttempts() {
        return amazons.maxAttempts();
    }

    /// It has them already.
    @Override
    public boolean useClientDefaults() {
        return false;
    }

    @Override
    public Builder<?, ?> toBuilder() {
        return amazons.toBuilder();
    }
}
