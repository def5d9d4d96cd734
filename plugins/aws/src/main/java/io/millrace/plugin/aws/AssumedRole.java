// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.EgressPolicy;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.StsException;

/// A role that a task takes on, with credentials for the time of a session.
///
/// @see <a
///   href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html">AssumeRole</a>
record AssumedRole(EgressPolicy egress) {

    /// @param own credentials of who takes it on
    /// @throws TaskFailedException if he may not
    AwsCredentialsProvider credentials(Account account, Region region, AwsCredentialsProvider own)
            throws TaskFailedException {
        var builder =
                StsClient.builder()
                        .httpClientBuilder(
                                UrlConnectionHttpClient.builder()
                                        .connectionTimeout(Duration.ofSeconds(10))
                                        .socketTimeout(Duration.ofSeconds(30)))
                        .overrideConfiguration(AnsweringHost.configuration())
                        .region(region)
                        .credentialsProvider(own);
        if (account.stsEndpointOverride() == null) {
            egress.check("sts.%s.amazonaws.com".formatted(region.id()), 443);
        } else {
            try {
                var uri = URI.create(account.stsEndpointOverride().strip());
                egress.check(uri);
                builder.endpointOverride(uri);
            } catch (IllegalArgumentException e) {
                throw new TaskFailedException("Expected a URI in stsEndpointOverride", e);
            }
        }
        var name = account.stsRoleSessionName();
        try (var client = builder.build()) {
            var given =
                    client.assumeRole(r ->
                                    r.roleArn(account.stsRoleArn())
                                            .externalId(account.stsRoleExternalId())
                                            .roleSessionName(name == null ? "millrace" : name)
                                            .durationSeconds(
                                                    (int)
                                                            account.stsRoleSessionDuration()
                                                                    .toSeconds()))
                            .credentials();
            return StaticCredentialsProvider.create(
                    AwsSessionCredentials.create(
                            given.accessKeyId(), given.secretAccessKey(), given.sessionToken()));
        } catch (StsException e) {
            var details = e.awsErrorDetails();
            throw new TaskFailedException(
                    "The role isn't given: %s (%d)"
                            .formatted(
                                    details == null ? e.getMessage() : details.errorMessage(),
                                    e.statusCode()),
                    e);
        }
    }
}
