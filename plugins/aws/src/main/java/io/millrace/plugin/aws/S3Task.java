// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.plugin.kit.Cancelling;
import io.millrace.plugin.kit.EgressPolicy;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.exception.SdkInterruptedException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// What tasks with objects share: a client that a kill closes, and errors in words.
abstract class S3Task<P extends Record & S3Task.Of, O extends Record> implements TaskPlugin<P, O> {
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,40}");

    private EgressPolicy egress = EgressPolicy.of(new PluginSettings(Map.of()));
    private boolean ownCredentials;

    /// What tasks name.
    interface Of {
        Account account();
    }

    @Override
    public void start(PluginSettings settings) {
        egress = EgressPolicy.of(settings);
        ownCredentials = settings.flag("aws.default-credentials", false);
    }

    @Override
    public O run(P properties, TaskContext context) throws Exception {
        try (var client = client(properties.account());
                var _ = Cancelling.closes(client, context)) {
            return work(client, properties, context);
        } catch (SdkInterruptedException e) {
            throw new InterruptedException();
        } catch (S3Exception e) {
            throw refused(e);
        } catch (SdkException | IllegalStateException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            throw new TaskFailedException(
                    "Unable to reach the store at %s: %s"
                            .formatted(host(properties.account()), e.getMessage()),
                    e);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            throw new TaskFailedException("The store doesn't go on: " + e.getMessage(), e);
        }
    }

    private static String host(Account account) {
        var endpoint = endpoint(account);
        return endpoint == null ? "Amazon" : String.valueOf(URI.create(endpoint.strip()).getHost());
    }

    private static @Nullable String endpoint(Account account) {
        return account.endpointOverride() == null ? account.endpoint() : account.endpointOverride();
    }

    static TaskFailedException refused(S3Exception e) {
        var details = e.awsErrorDetails();
        return new TaskFailedException(
                "The store refuses: %s (%d)"
                        .formatted(
                                details == null || details.errorMessage() == null
                                        ? e.getMessage()
                                        : details.errorMessage(),
                                e.statusCode()),
                e);
    }

    abstract O work(S3Client client, P properties, TaskContext context) throws Exception;

    private S3Client client(Account account) throws TaskFailedException {
        var http =
                UrlConnectionHttpClient.builder()
                        .connectionTimeout(Duration.ofSeconds(10))
                        .socketTimeout(Duration.ofSeconds(60));
        var region = account.region() == null ? "us-east-1" : account.region().strip();
        // it becomes part of a host's name
        if (!REGION.matcher(region).matches()) {
            throw new TaskFailedException("Expected a region such as us-east-1");
        }
        var builder =
                S3Client.builder()
                        .httpClientBuilder(http)
                        .overrideConfiguration(AnsweringHost.configuration())
                        .region(Region.of(region))
                        .credentialsProvider(credentials(account, Region.of(region)))
                        // other stores than Amazon's don't know the newer checksums
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        var endpoint = endpoint(account);
        if (endpoint == null) {
            egress.check("s3.%s.amazonaws.com".formatted(region), 443);
        } else {
            try {
                var uri = URI.create(endpoint.strip());
                egress.check(uri);
                builder.endpointOverride(uri);
            } catch (IllegalArgumentException e) {
                throw new TaskFailedException("Expected a URI in endpointOverride", e);
            }
            builder.forcePathStyle(!Boolean.FALSE.equals(account.forcePathStyle()));
        }
        if (account.forcePathStyle() != null) {
            builder.forcePathStyle(account.forcePathStyle());
        }
        return builder.build();
    }

    private AwsCredentialsProvider credentials(Account account, Region region)
            throws TaskFailedException {
        var own = ownCredentials(account);
        if (account.stsRoleArn() == null) {
            return own;
        }
        return new AssumedRole(egress).credentials(account, region, own);
    }

    private AwsCredentialsProvider ownCredentials(Account account) throws TaskFailedException {
        var key = account.accessKeyId();
        var secret = account.secretKeyId();
        if (key != null && secret != null) {
            @Nullable String session = account.sessionToken();
            return StaticCredentialsProvider.create(
                    session == null
                            ? AwsBasicCredentials.create(key, secret)
                            : AwsSessionCredentials.create(key, secret, session));
        }
        if (ownCredentials) {
            return DefaultCredentialsProvider.builder().build();
        }
        throw new TaskFailedException(
                "Expected `accessKeyId` and `secretKeyId`: the worker's own credentials aren't for tasks unless the operator sets aws.default-credentials");
    }
}
