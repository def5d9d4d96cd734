// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kafka;

import io.millrace.plugin.Default;
import io.millrace.plugin.NoOutputs;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.Title;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.jspecify.annotations.Nullable;

/// Sets the password of a user (SASL/SCRAM), or deletes the user.
@Plugin(
        type = "io.millrace.plugin.kafka.admin.ScramUser",
        title = "Set or delete the password of a Kafka user")
public final class ScramUser extends AdminTask<ScramUser.Properties, NoOutputs> {

    public record Properties(
            @Title("What Kafka's client is told: bootstrap.servers, security…")
                    Map<String, String> properties,
            @Title("User") String username,
            @Title("Password; the user is deleted if absent") @Nullable String password,
            @Title("SCRAM-SHA-256 or SCRAM-SHA-512") @Default("SCRAM-SHA-512") String mechanism,
            @Title("How often it is hashed") @Default("8192") Integer iterations)
            implements Server {}

    @Override
    NoOutputs work(Admin admin, Properties properties, TaskContext context)
            throws ExecutionException, InterruptedException, TaskFailedException {
        var mechanism = ScramMechanism.fromMechanismName(properties.mechanism().strip());
        if (mechanism == ScramMechanism.UNKNOWN) {
            throw new TaskFailedException(
                    "Expected SCRAM-SHA-256 or SCRAM-SHA-512 but got " + properties.mechanism());
        }
        UserScramCredentialAlteration change =
                properties.password() == null
                        ? new UserScramCredentialDeletion(properties.username(), mechanism)
                        : new UserScramCredentialUpsertion(
                                properties.username(),
                                new ScramCredentialInfo(mechanism, properties.iterations()),
                                properties.password());
        admin.alterUserScramCredentials(List.of(change)).all().get();
        context.log()
                .info(
                        "User %s is %s"
                                .formatted(
                                        properties.username(),
                                        properties.password() == null ? "deleted" : "set"));
        return new NoOutputs();
    }
}
