// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Late;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Runs commands of AWS' command line. A role is taken by a profile of its own.
///
/// @see <a
///   href="https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html">roles</a>
@Plugin(
        type = "io.kestra.plugin.aws.cli.AwsCLI",
        title = "Run commands of AWS' command line",
        weight = 2)
public final class AwsCli extends CloudCli<AwsCli.Properties> {
    public AwsCli() {
        super("amazon/aws-cli");
    }

    /// Where the credentials that a role is asked for with come from.
    public enum CredentialSource {
        ENVIRONMENT("Environment"),
        EC2_INSTANCE_METADATA("Ec2InstanceMetadata"),
        ECS_CONTAINER("EcsContainer");

        private final String word;

        CredentialSource(String word) {
            this.word = word;
        }
    }

    public record Properties(
            @Title("The commands, such as `aws s3 ls`") @Late List<String> commands,
            @Title("Id of the access key") @Nullable String accessKeyId,
            @Title("The access key") @Nullable String secretKeyId,
            @Title("Token of a session") @Nullable String sessionToken,
            @Title("Region") @Nullable String region,
            @Title("Address of a service that isn't Amazon's") @Nullable String endpointOverride,
            @Title("How results are printed: JSON, TEXT, TABLE or YAML") @Default("JSON")
                    String outputFormat,
            @Title("Role that is taken") @Nullable String stsRoleArn,
            @Title("Id that the role's owner gave out") @Nullable String stsRoleExternalId,
            @Title("Name of the session with the role") @Nullable String stsRoleSessionName,
            @Title("How long the role is kept") @Default("PT15M") Duration stsRoleSessionDuration,
            @Title("Address of the service that gives roles") @Nullable String stsEndpointOverride,
            @Title("Where the credentials that the role is asked for with come from")
                    @Default("ENVIRONMENT")
                    CredentialSource stsCredentialSource,
            @Inline ProcessOptions process)
            implements CloudCli.Given {}

    @Override
    String signIn(Properties properties, ScriptTask task) throws Exception {
        put(task, "AWS_ACCESS_KEY_ID", properties.accessKeyId());
        put(task, "AWS_SECRET_ACCESS_KEY", properties.secretKeyId());
        put(task, "AWS_SESSION_TOKEN", properties.sessionToken());
        put(task, "AWS_DEFAULT_REGION", properties.region());
        put(task, "AWS_ENDPOINT_URL", properties.endpointOverride());
        put(task, "AWS_ENDPOINT_URL_STS", properties.stsEndpointOverride());
        put(task, "AWS_DEFAULT_OUTPUT", properties.outputFormat().toLowerCase(Locale.ROOT));
        if (properties.stsRoleArn() != null) {
            put(task, "AWS_CONFIG_FILE", profile(properties, task));
            put(task, "AWS_PROFILE", "task");
        }
        return "";
    }

    private static String profile(Properties properties, ScriptTask task)
            throws IOException, TaskFailedException {
        var lines = new LinkedHashMap<String, @Nullable String>();
        lines.put("role_arn", properties.stsRoleArn());
        lines.put("role_session_name", properties.stsRoleSessionName());
        lines.put("external_id", properties.stsRoleExternalId());
        lines.put(
                "duration_seconds", Long.toString(properties.stsRoleSessionDuration().toSeconds()));
        lines.put("credential_source", properties.stsCredentialSource().word);
        for (var line : lines.entrySet()) {
            var value = line.getValue();
            if (value != null && value.lines().count() > 1) {
                throw new TaskFailedException("Expected one line in the role's " + line.getKey());
            }
        }
        return task.write(
                        "aws-config",
                        lines.entrySet().stream()
                                .filter(line -> line.getValue() != null)
                                .map(line -> line.getKey() + " = " + line.getValue())
                                .collect(Collectors.joining("\n", "[profile task]\n", "\n")))
                .toString();
    }
}
