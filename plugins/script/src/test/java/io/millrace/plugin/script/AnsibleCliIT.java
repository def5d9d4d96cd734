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
                .contains("status=ignored", "msg=non-zero return code");
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
    void aHostThatFailsIsNamedInTheOutputs() {
        assertThatThrownBy(() ->
                        run(
                                playbook(
                                        "- name: breaks\n  command: /bin/false\n  when: inventory_hostname == 'two'")))
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        e -> {
                            assertThat(String.valueOf(e.outputs().get("playbooks")))
                                    .contains("host=two, status=failed", "rc=1");
                            assertThat(e.outputs()).containsEntry("exitCode", 2);
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
