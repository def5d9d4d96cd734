// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.Tasks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Terraform where it is installed; dbt and Spark are shell scripts that do what a task sees of
/// them.
class ToolsIT {
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    @Test
    void terraformAppliesAPlanAndItsOutputIsAnOutput() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/local/bin/terraform"))
                        || Files.isExecutable(Path.of("/usr/bin/terraform")),
                "Terraform is installed");

        var outputs =
                run(
                        new TerraformCli(),
                        "inputFiles",
                        Map.of(
                                "main.tf",
                                "resource \"terraform_data\" \"vm\" { input = \"web1\" }\n"
                                        + "output \"vm\" { value = terraform_data.vm.output }\n"),
                        "commands",
                        List.of(
                                "terraform init -no-color",
                                "terraform apply -no-color -auto-approve",
                                "echo '::{\"outputs\":{\"vm\":'$(terraform output -json vm)'}}::'"),
                        "outputFiles",
                        List.of("terraform.tfstate"));

        assertThat(outputs.get("vars")).isEqualTo(Map.of("vm", "web1"));
        assertThat(context.lines)
                .contains("INFO Apply complete! Resources: 1 added, 0 changed, 0 destroyed.");
        assertThat(context.stored().values()).anyMatch(state -> state.contains("web1"));
        assertThatThrownBy(() -> run(new TerraformCli(), "commands", List.of("terraform nothing")))
                .hasMessage("Command failed with exit code 1");
    }

    @Test
    void aCloudsCommandsKnowWhoComesAndNoCommandHasASecret() throws Exception {
        var az =
                "#!/bin/sh\necho \"az $*\"; for a; do case $a in @*) cat \"${a#@}\"; echo;; esac; done\n";
        var show = "env | grep -E '^(AWS|CLOUDSDK|GOOGLE)_' | sort";

        run(
                new AwsCli(),
                "commands",
                List.of(show, "cat $AWS_CONFIG_FILE"),
                "accessKeyId",
                "id",
                "secretKeyId",
                "s3cret",
                "region",
                "eu-central-1",
                "stsRoleArn",
                "arn:aws:iam::1:role/r",
                "stsCredentialSource",
                "ECS_CONTAINER",
                "env",
                Map.of("AWS_DEFAULT_OUTPUT", "table"));
        run(
                new GoogleCli(),
                "commands",
                List.of(show, "cat $GOOGLE_APPLICATION_CREDENTIALS"),
                "serviceAccount",
                "{\"key\": 1}",
                "projectId",
                "shop");
        run(
                new AzureCli(),
                "inputFiles",
                Map.of("az", az),
                "beforeCommands",
                List.of("chmod +x az", "PATH=$PWD:$PATH"),
                "commands",
                List.of("az group list"),
                "username",
                "it's me",
                "password",
                "s3cret",
                "servicePrincipal",
                true);

        assertThat(context.lines)
                .contains(
                        "INFO AWS_ACCESS_KEY_ID=id",
                        "INFO AWS_SECRET_ACCESS_KEY=s3cret",
                        "INFO AWS_DEFAULT_REGION=eu-central-1",
                        "INFO AWS_DEFAULT_OUTPUT=table",
                        "INFO AWS_PROFILE=task",
                        "INFO role_arn = arn:aws:iam::1:role/r",
                        "INFO duration_seconds = 900",
                        "INFO credential_source = EcsContainer",
                        "INFO CLOUDSDK_CORE_PROJECT=shop",
                        "INFO {\"key\": 1}",
                        "INFO s3cret",
                        "INFO az group list")
                .anyMatch(line ->
                        line.matches(
                                "INFO az login --username it's me --password @\\S+ --service-principal --output none"));
    }

    private static final String DBT =
            """
            #!/bin/sh
            test -f "$DBT_PROFILES_DIR/profiles.yml" || exit 9
            mkdir -p "$DBT_PROJECT_DIR/target"
            echo '{"results":[{"unique_id":"model.shop.orders","status":"success","execution_time":0.5,"message":"SELECT 1"},{"unique_id":"test.shop.unique","status":"fail","execution_time":0.1,"message":null}]}' > "$DBT_PROJECT_DIR/target/run_results.json"
            exit $1
            """;

    @Test
    void whatDbtDidIsAnOutputAlsoIfItFailsAndItsProfilesAreNotStored() throws Exception {
        Object[] dbt = {
            "profiles",
            "shop: {password: s3cret}",
            "projectDir",
            "shop",
            "inputFiles",
            Map.of("dbt", DBT),
            "outputFiles",
            List.of("**"),
            "commands"
        };
        var good = java.util.Arrays.copyOf(dbt, dbt.length + 1);
        good[dbt.length] = List.of("sh dbt 0");
        var failing = java.util.Arrays.copyOf(dbt, dbt.length + 1);
        failing[dbt.length] = List.of("sh dbt 1");

        assertThat(run(new DbtCli(), good).get("counts"))
                .isEqualTo(Map.of("success", 1, "fail", 1));
        assertThat(context.stored().values()).noneMatch(text -> text.contains("s3cret"));
        assertThatThrownBy(() -> run(new DbtCli(), failing))
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        e ->
                                assertThat(String.valueOf(e.outputs().get("nodes")))
                                        .contains("orders"))
                .hasMessage("Command failed with exit code 1");
        assertThatThrownBy(
                        () -> run(new DbtCli(), "projectDir", "../x", "commands", List.of("true")))
                .hasMessageContaining("Expected a folder of the working directory");
    }

    @Test
    void aManifestIsKeptBetweenRuns() throws Exception {
        Object[] first = {
            "inputFiles",
            Map.of("target/manifest.json", "{\"nodes\": {\"a\": 1}}"),
            "storeManifest",
            Map.of("key", "manifest"),
            "commands",
            List.of("true")
        };
        var stored = run(new DbtCli(), first);

        assertThat(String.valueOf(stored.get("outputFiles"))).contains("manifest.json");
        assertThat(context.stores.keys).containsKey("company.team/manifest");
        Files.delete(directory.resolve("work/target/manifest.json"));
        run(
                new DbtCli(),
                "loadManifest",
                Map.of("key", "manifest", "namespace", "company.team"),
                "commands",
                List.of("cat target/manifest.json"));
        assertThat(context.lines).contains("INFO {\"nodes\":{\"a\":1}}");
        run(new DbtCli(), "loadManifest", Map.of("key", "none"), "commands", List.of("true"));
        assertThat(context.lines).contains("WARN There is no manifest under the key none");
    }

    private static final String SPARK =
            """
            #!/bin/sh
            for word in "$@"; do echo "[$word]"; done
            for last in "$@"; do case "$last" in *main.*|*app.jar) cat "$last";; esac; done
            """;

    @Test
    void applicationsOfSparkAreSubmittedWithTheirFiles() throws Exception {
        context.store("kestra:///lib", "library");
        context.store("kestra:///jar", "the jar");
        Object[] python = {
            "master",
            "spark://host:7077",
            "name",
            "it's pi",
            "deployMode",
            "cluster",
            "configurations",
            Map.of("spark.executor.memory", "1g"),
            "args",
            List.of("10"),
            "sparkSubmitPath",
            "./spark",
            "inputFiles",
            Map.of("spark", SPARK),
            "beforeCommands",
            List.of("chmod +x spark"),
            "pythonFiles",
            Map.of("lib.py", "kestra:///lib"),
            "mainScript",
            "print('pi')"
        };

        assertThat(run(new SparkPython(), python)).containsEntry("exitCode", 0);

        assertThat(context.lines)
                .containsSubsequence(
                        "INFO [--master]",
                        "INFO [spark://host:7077]",
                        "INFO [--deploy-mode]",
                        "INFO [cluster]",
                        "INFO [--name]",
                        "INFO [it's pi]",
                        "INFO [--conf]",
                        "INFO [spark.executor.memory=1g]",
                        "INFO [--py-files]",
                        "INFO [10]",
                        "INFO print('pi')");
        run(
                new SparkJar(),
                "master",
                "local",
                "mainClass",
                "samples.App",
                "mainResource",
                "kestra:///jar",
                "sparkSubmitPath",
                "./spark",
                "beforeCommands",
                List.of("chmod +x spark"),
                "inputFiles",
                Map.of("spark", SPARK));
        assertThat(context.lines)
                .containsSubsequence("INFO [--class]", "INFO [samples.App]", "INFO the jar");
    }

    @Test
    void aKillEndsWhatSparkSubmitStarted() throws Exception {
        var task =
                RunningTask.start(
                        context,
                        () ->
                                run(
                                        new SparkCli(),
                                        "inputFiles",
                                        Map.of("spark-submit", "echo submitted $1; sleep 600"),
                                        "commands",
                                        List.of("sh spark-submit app.py")));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> context.lines.contains("INFO submitted app.py"));

        assertThat(task.cancel()).isInstanceOf(InterruptedException.class);
    }
}
