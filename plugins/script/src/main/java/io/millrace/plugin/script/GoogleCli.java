// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Inline;
import io.millrace.plugin.Late;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.Title;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs commands of Google Cloud's command line.
@Plugin(
        type = "io.kestra.plugin.gcp.cli.GCloudCLI",
        title = "Run commands of Google Cloud's command line",
        weight = 2)
public final class GoogleCli extends CloudCli<GoogleCli.Properties> {
    public GoogleCli() {
        super("google/cloud-sdk");
    }

    public record Properties(
            @Title("The commands, such as `gcloud projects list`") @Late List<String> commands,
            @Title("Key of a service account, as JSON") @Nullable String serviceAccount,
            @Title("Project") @Nullable String projectId,
            @Inline ProcessOptions process)
            implements CloudCli.Given {}

    @Override
    String signIn(Properties properties, ScriptTask task) throws Exception {
        put(task, "CLOUDSDK_CORE_PROJECT", properties.projectId());
        if (properties.serviceAccount() != null) {
            var key = task.write("gcp-key.json", properties.serviceAccount()).toString();
            put(task, "GOOGLE_APPLICATION_CREDENTIALS", key);
            put(task, "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE", key);
        }
        return "";
    }
}
