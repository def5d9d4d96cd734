// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.script;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.plugin.TaskFailedException;
import io.millrace.test.FakeContext;
import io.millrace.test.RunningTask;
import io.millrace.test.Tasks;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against the Ansible of this machine, with local connections.
class AnsibleCliIT {
    private static final String INVENTORY =
            """
            one ansible_connection=local
            two ansible_connection=local
            [all:vars]
            ansible_python_interpreter=/usr/bin/python3
            """;

    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeEach
    void begin() {
        boolean installed =
                Arrays.stream(String.valueOf(System.getenv("PATH")).split(File.pathSeparator))
                        .anyMatch(d -> Files.isExecutable(Path.of(d, "ansible-playbook")));
        assumeTrue(installed, "Ansible is installed (ansible-core)");
        context = new FakeContext(directory);
    }

    private Map<String, @Nullable Object> run(String playbook, Object... more) throws Exception {
        var properties = new HashMap<String, @Nullable Object>();
        properties.put("commands", List.of("ansible-playbook -i hosts.ini site.yml"));
        var site = context.store("kestra:///site.yml", playbook).toString();
        properties.put("inputFiles", Map.of("hosts.ini", INVENTORY, "site.yml", site));
        for (int i = 0; i < more.length; i += 2) {
            properties.put(String.valueOf(more[i]), more[i + 1]);
        }
        return Tasks.run(new AnsibleCli(), context, properties);
    }

    private static String playbook(String tasks) {
        return """
        - name: the play
          hosts: all
          gather_facts: false
          tasks:
        """
                + tasks.indent(4);
    }

    @Test
    void whatEachTaskDidOnEachHostIsAnOutput() throws Exception {
        var outputs =
                run(
                        playbook(
                                """
                                - name: says hello
                                  command: echo hello {{ inventory_hostname }}
                                - name: only one
                                  debug: {msg: "hi"}
                                  when: inventory_hostname == 'one'
                                - name: hides
                                  command: echo hush-hush
                                  no_log: true
                                """),
                        "outputLogFile",
                        true,
                        "ansibleConfig",
                        "[defaults]\nforks = 3\n");

        var books = String.valueOf(outputs.get("playbooks"));
        assertThat(books)
                .contains("name=the play", "name=says hello", "host=one, status=changed")
                .contains("stdout=hello two", "host=two, status=skipped", "censored=true")
                .doesNotContain("hush-hush");
        assertThat(String.valueOf(outputs.get("stats")))
                .contains("one={", "failures=0", "skipped=1");
        var files = (Map<?, ?>) requireNonNull(outputs.get("outputFiles"));
        assertThat(context.text(URI.create(String.valueOf(files.get("log")))))
                .contains("says hello");
        assertThat(context.lines).anyMatch(line -> line.contains("PLAY RECAP"));
    }

    @Test
    void linksInThePlaceOfItsFilesAreNotFollowed(@TempDir Path others) throws Exception {
        var secret = Files.writeString(others.resolve("secret"), "of somebody else");
        var work = Files.createDirectories(directory.resolve("work"));
        Files.createSymbolicLink(work.resolve("ansible.cfg"), secret);
        var link = "rm -f \"$%1$s\"; ln -s %2$s \"$%1$s\"";

        var outputs =
                Tasks.run(
                        new AnsibleCli(),
                        context,
                        Map.of(
                                "ansibleConfig",
                                "[defaults]\nforks = 3\n",
                                "outputLogFile",
                                true,
                                "commands",
                                List.of(
                                        "ansible localhost -m ping",
                                        link.formatted("ANSIBLE_LOG_PATH", secret),
                                        link.formatted("MILLRACE_ANSIBLE_RESULTS", secret))));

        assertThat(outputs).containsEntry("exitCode", 0).containsEntry("outputFiles", Map.of());
        assertThat(secret).hasContent("of somebody else");
        assertThat(work.resolve("ansible.cfg")).isRegularFile().hasContent("[defaults]\nforks = 3");
    }

    private static final String DECLARING =
            """
            - name: fetches
              command: echo hush-hush {{ inventory_hostname }}
              register: fetched
            - name: shows
              debug: {msg: "hush-hush in a message"}
            - name: goes through
              command: echo {{ item }}
              loop: [hush-hush-1, hush-hush-2]
            - name: declares
              kestra:
                outputs: "{{ {inventory_hostname: fetched.rc, 'hosts': 2} }}"
            - name: fails
              shell: echo hush-hush; exit 3
              ignore_errors: true
            """;

    @Test
    void onlyWhatAPlaybookDeclaresIsAnOutputWhereThatIsWanted() throws Exception {
        var outputs = run(playbook(DECLARING), "outputsMode", "EXPLICIT", "outputLogFile", true);

        var vars = (Map<?, ?>) requireNonNull(outputs.get("vars"));
        assertThat((Map<?, ?>) vars.get("outputs"))
                .isEqualTo(Map.of("one", 0, "two", 0, "hosts", 2));
        assertThat(String.valueOf(outputs.get("playbooks")))
                .contains("name=fetches", "host=one, status=changed, result={changed=true}")
                .contains("status=ignored")
                // with more words from core 2.19 on
                .containsPattern("msg=[^,}]*non-zero return code");
        assertThat(context.lines)
                .anyMatch(line -> line.contains("changed: [one]"))
                .anyMatch(line -> line.contains("FAILED!"));
        var log = ((Map<?, ?>) requireNonNull(outputs.get("outputFiles"))).get("log");
        assertThat(context.lines + " " + outputs + context.text(URI.create(String.valueOf(log))))
                .contains("TASK [fetches]")
                .doesNotContain("hush-hush");
    }

    @Test
    void whatModulesAnsweredIsAListAndModulesOfOnesOwnAreFound() throws Exception {
        var modules = Files.createDirectories(directory.resolve("modules"));
        Files.writeString(modules.resolve("own"), "#!/bin/sh\necho '{\"said\": \"own\"}'\n");

        var outputs =
                run(
                        playbook("- command: echo {{ inventory_hostname }}\n- own:\n"),
                        "ansibleConfig",
                        "[defaults]\nlibrary = " + modules);

        var vars = (Map<?, ?>) requireNonNull(outputs.get("vars"));
        assertThat((List<?>) vars.get("outputs")).hasSize(4);
        assertThat(String.valueOf(vars.get("outputs")))
                .contains("stdout=one", "stdout=two", "said=own");
    }

    @Test
    void aConfigurationIsReadAsIfItLayInTheWorkingDirectory() throws Exception {
        var role = context.store("kestra:///main.yml", "- own:\n").toString();
        var callback = context.store("kestra:///own.py", CALLBACK_OF_ONES_OWN).toString();

        var outputs =
                run(
                        "",
                        "inputFiles",
                        Map.of(
                                "hosts.ini",
                                INVENTORY,
                                "site.yml",
                                "- hosts: one\n  gather_facts: false\n  roles: [greets]\n",
                                "roles/greets/tasks/main.yml",
                                role,
                                "modules/own",
                                "#!/bin/sh\necho '{\"said\": \"own\"}'\n",
                                "callbacks/own.py",
                                callback),
                        "ansibleConfig",
                        """
                        [defaults]
                        log_path          = {{ workingDir }}/log
                        callback_plugins  = ./callbacks
                        callbacks_enabled = kestra_logger, own
                        stdout_callback   = ansible.builtin.null
                        library           = ./modules
                        roles_path        = ./roles ; relative, too
                        """,
                        "outputFiles",
                        List.of("log"));

        assertThat(String.valueOf(outputs.get("playbooks"))).contains("host=one", "said=own");
        assertThat(context.lines)
                .contains("INFO the callback of one's own")
                .anyMatch(line -> line.contains("PLAY RECAP"));
        assertThat(context.stored().get(URI.create("kestra:///log"))).contains("greets");
    }

    private static final String CALLBACK_OF_ONES_OWN =
            """
            from ansible.plugins.callback import CallbackBase
            class CallbackModule(CallbackBase):
                CALLBACK_VERSION = 2.0
                CALLBACK_TYPE = "notification"
                CALLBACK_NAME = "own"
                CALLBACK_NEEDS_ENABLED = True
                def v2_playbook_on_stats(self, stats):
                    print("the callback of one's own")
            """;

    @Test
    void requirementsAreInstalledBeforeTheCommands() throws Exception {
        var role = Files.createDirectories(directory.resolve("greets/tasks"));
        Files.writeString(role.resolve("main.yml"), "- debug: {msg: from the role}\n");
        Files.createDirectories(role.resolveSibling("meta"));
        Files.writeString(role.resolveSibling("meta/main.yml"), "dependencies: []\n");
        tool("tar", "czf", "greets.tar.gz", "greets");
        var collection = Files.createDirectories(directory.resolve("tools/plugins/modules"));
        Files.writeString(collection.resolve("said.py"), MODULE_OF_A_COLLECTION);
        Files.writeString(
                directory.resolve("tools/galaxy.yml"),
                "{namespace: acme, name: tools, version: 1.0.0, readme: README.md, authors: [we]}");
        Files.writeString(directory.resolve("tools/README.md"), "Tools");
        tool("ansible-galaxy", "collection", "build", "tools");
        var files =
                Map.of(
                        "hosts.ini",
                        INVENTORY,
                        "requirements.txt",
                        "--no-index\n--find-links %s\ngreet\n".formatted(Wheel.in(directory)),
                        "requirements.yml",
                        """
                        roles: [{name: greets, src: "file://%1$s/greets.tar.gz"}]
                        collections: [{name: %1$s/acme-tools-1.0.0.tar.gz, type: file}]
                        """
                                .formatted(directory),
                        "site.yml",
                        """
                        - hosts: one
                          gather_facts: false
                          roles: [greets]
                          tasks:
                            - acme.tools.said:
                            - command: python3 -c "import greet; print(greet.WORD)"
                        """);

        var outputs = run("", "inputFiles", files, "outputFiles", List.of("**"));

        assertThat(String.valueOf(outputs.get("playbooks")))
                .contains("from the role", "from the collection", "stdout=installed by pip");
        assertThat(String.valueOf(outputs.get("outputFiles")))
                .contains("site.yml")
                .doesNotContain("roles", "collections", "greet.py");
    }

    private static final String MODULE_OF_A_COLLECTION =
            """
            from ansible.module_utils.basic import AnsibleModule
            AnsibleModule(argument_spec={}).exit_json(msg="from the collection")
            """;

    private void tool(String... command) throws Exception {
        var process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("tool.log").toFile())
                        .start();
        assertThat(process.waitFor()).as(Files.readString(directory.resolve("tool.log"))).isZero();
    }

    @Test
    void requirementsThatCantBeHadFailTheTaskUnlessTheyNeedNotBe() throws Exception {
        assertThatThrownBy(() -> goOn("requirements.txt", "--no-index\nnowhere\n", true))
                .hasMessageContaining("exit code 1");
        assertThat(context.lines)
                .doesNotContain("INFO goes on")
                .anyMatch(line -> line.contains("No matching distribution found for nowhere"));

        goOn("requirements.txt", "--no-index\nnowhere\n", false);
        goOn("requirements.yml", "roles: [{src: /nowhere.tar.gz}]\n", false);

        assertThat(context.lines).filteredOn("INFO goes on"::equals).hasSize(2);
    }

    private void goOn(String file, String content, boolean installs) throws Exception {
        run(
                "",
                "commands",
                List.of("echo goes on"),
                "inputFiles",
                Map.of(file, content),
                "failFast",
                false,
                "autoInstallPythonRequirements",
                installs,
                "autoInstallGalaxyRequirements",
                installs);
    }

    @Test
    void thatThereIsNoAnsibleIsSaid() {
        assertThatThrownBy(() -> run(playbook("- ping:"), "env", Map.of("PATH", "/nowhere")))
                .hasMessageContaining("There is no 'ansible-playbook' on this worker");
    }

    @Test
    void aHostThatFailsIsNamedInTheOutputs() {
        assertThatThrownBy(() ->
                        run(
                                playbook(
                                        "- name: breaks\n  shell: echo two > left.txt; exit 1\n  when: inventory_hostname == 'two'"),
                                "outputFiles",
                                List.of("left.txt")))
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        e -> {
                            assertThat(String.valueOf(e.outputs().get("playbooks")))
                                    .contains("host=two, status=failed", "rc=1");
                            assertThat(e.outputs()).containsEntry("exitCode", 2);
                            assertThat(String.valueOf(e.outputs().get("outputFiles")))
                                    .contains("left.txt");
                        });
    }

    @Test
    void aHostThatCantBeReachedIsSaid() {
        assertThatThrownBy(() ->
                        run(
                                playbook("- ping:"),
                                "inputFiles",
                                Map.of(
                                        "hosts.ini",
                                        "gone ansible_host=127.0.0.1 ansible_port=1 ansible_ssh_common_args='-o ConnectTimeout=2'\n",
                                        "site.yml",
                                        playbook("- ping:"))))
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        e ->
                                assertThat(String.valueOf(e.outputs().get("playbooks")))
                                        .contains("host=gone, status=unreachable"));
    }

    @Test
    void aKillEndsThePlaybookAndItsModules() {
        var file = directory.resolve("begun");
        var task =
                RunningTask.start(
                        context,
                        () -> run(playbook("- shell: touch %s; sleep 300.5".formatted(file))));
        await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(file));

        assertThat(task.cancel()).isNotNull();

        await().until(() ->
                ProcessHandle.allProcesses()
                        .noneMatch(p -> p.info().commandLine().orElse("").contains("sleep 300.5")));
    }
}
