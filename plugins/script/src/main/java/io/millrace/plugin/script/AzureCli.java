// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Default;
import io.millrace.plugin.Inline;
import io.millrace.plugin.Late;
import io.millrace.plugin.Plugin;
import io.millrace.plugin.Title;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs commands of Azure's command line, signed in if the flow says as whom.
///
/// @see <a href="https://learn.microsoft.com/cli/azure/use-azure-cli-successfully-tips">`@file`</a>
@Plugin(
        type = "io.kestra.plugin.azure.cli.AzCLI",
        title = "Run commands of Azure's command line",
        weight = 2)
public final class AzureCli extends CloudCli<AzureCli.Properties> {
    public AzureCli() {
        super("mcr.microsoft.com/azure-cli");
    }

    public record Properties(
            @Title("The commands, such as `az group list`") @Late List<String> commands,
            @Title("User, or id of a service principal; absent: nobody signs in")
                    @Nullable String username,
            @Title("Password, or secret of a service principal") @Nullable String password,
            @Title("Tenant") @Nullable String tenant,
            @Title("Whether a service principal signs in") @Default("false")
                    Boolean servicePrincipal,
            @Inline ProcessOptions process)
            implements CloudCli.Given {}

    @Override
    String signIn(Properties properties, ScriptTask task) throws Exception {
        if (properties.username() == null) {
            return "";
        }
        var login = new ArrayList<>(List.of("az", "login", "--username", properties.username()));
        if (properties.password() != null) {
            login.add("--password");
            login.add("@" + task.write("az-password", properties.password()));
        }
        if (properties.tenant() != null) {
            login.addAll(List.of("--tenant", properties.tenant()));
        }
        if (properties.servicePrincipal()) {
            login.add("--service-principal");
        }
        return ScriptTask.line(login) + " --output none\n";
    }
}
