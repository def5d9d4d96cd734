// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import io.millrace.plugin.Plugin;

/// Runs commands of Terraform or OpenTofu, in the worker's own installation or an image that has
/// it. State belongs into a backend: the working directory goes with the task.
@Plugin(
        type = "io.kestra.plugin.terraform.cli.TerraformCLI",
        aliases = "io.millrace.plugin.opentofu.cli.TofuCLI",
        title = "Run commands of Terraform or OpenTofu",
        weight = 2)
public final class TerraformCli extends CommandsTask {
    public TerraformCli() {
        super("hashicorp/terraform:1.11");
    }
}
