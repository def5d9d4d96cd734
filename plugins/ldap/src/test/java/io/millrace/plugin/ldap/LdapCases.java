// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.SilentServer;
import io.millrace.test.StallingProxy;
import io.millrace.test.StallingProxy.Way;
import io.millrace.test.Tasks;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is true at every directory server; one that is empty but for `dc=example,dc=com`.
abstract class LdapCases {
    static final String ADMIN = "cn=admin,dc=example,dc=com";
    static final String PASSWORD = "s3cret";

    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));

    /// Where it listens.
    abstract int port();

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
    }

    Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("hostname", "127.0.0.1");
        all.put("port", port());
        all.put("userDn", ADMIN);
        all.put("password", PASSWORD);
        all.put("baseDn", "dc=example,dc=com");
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        if (!(task instanceof Search)) {
            all.remove("baseDn");
        }
        return Tasks.run(task, context, all);
    }

    private static String person(String uid) {
        return """
        dn: uid=%1$s,dc=example,dc=com
        objectClass: inetOrgPerson
        cn: %1$s
        sn: %1$s
        uid: %1$s

        """
                .formatted(uid);
    }

    private void add(int people) throws Exception {
        var ldif = new StringBuilder();
        for (int i = 0; i < people; i++) {
            ldif.append(person("u" + i));
        }
        context.store("kestra:///people.ldif", ldif.toString());
        assertThat(run(new Add(), "inputs", List.of("kestra:///people.ldif")))
                .containsEntry("done", people);
    }

    private @Nullable String text(Map<String, @Nullable Object> outputs) {
        return context.text(URI.create(String.valueOf(outputs.get("uri"))));
    }

    @Test
    void entriesAreAddedFoundPageByPageChangedAndDeleted() throws Exception {
        add(7);

        var found = run(new Search(), "filter", "(uid=*)", "pageSize", 3, "format", "ROWS");
        assertThat(found).containsEntry("size", 7L);
        assertThat(text(found)).contains("{\"dn\":\"uid=u6,dc=example,dc=com\",\"attributes\":{");
        assertThat(run(new Search(), "filter", "(uid=*)", "pageSize", 3, "sizeLimit", 4))
                .containsEntry("size", 4L);

        context.store(
                "kestra:///changes.ldif",
                "dn: uid=u1,dc=example,dc=com\nchangetype: modify\nreplace: mail\nmail: u1@example.com\n");
        run(new Modify(), "inputs", List.of("kestra:///changes.ldif"));
        var one = run(new Search(), "filter", "(mail=u1@*)", "attributes", List.of("mail"));
        assertThat(text(one)).contains("mail: u1@example.com").doesNotContain("uid: u1");

        context.store("kestra:///gone.ldif", "dn: uid=u1,dc=example,dc=com\n");
        assertThat(run(new Delete(), "inputs", List.of("kestra:///gone.ldif")))
                .containsEntry("done", 1);
        assertThat(run(new Search(), "filter", "(uid=*)")).containsEntry("size", 6L);
    }

    @Test
    void aKillInTheMiddleOfASearchLeavesNothingBehind() throws Exception {
        add(200);
        context.stored().keySet().forEach(context::delete);
        Object[] all = {"filter", "(uid=*)", "pageSize", 20};
        var killed = Arrays.copyOf(all, 6);
        killed[4] = "port";

        StallingProxy.isLeft(
                context,
                port(),
                Way.TO_CLIENT,
                10_000,
                port -> {
                    killed[5] = port;
                    run(new Search(), killed);
                });

        assertThat(context.stored()).isEmpty();
        assertThat(directory).isEmptyDirectory();
        context = new FakeContext(directory);
        assertThat(run(new Search(), all)).containsEntry("size", 200L);
    }

    @Test
    void aRecordThatFailsIsNamedWithWhatWasDone() throws Exception {
        add(1);
        context.store("kestra:///twice.ldif", person("v") + person("u0"));

        assertThatThrownBy(() -> run(new Add(), "inputs", List.of("kestra:///twice.ldif")))
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        e -> assertThat(e.outputs()).containsEntry("done", 1))
                .hasMessageStartingWith("Entry 2 of kestra:///twice.ldif: ");
        context.store("kestra:///no.ldif", "this is no LDIF\n");
        assertThatThrownBy(() -> run(new Add(), "inputs", List.of("kestra:///no.ldif")))
                .hasMessageStartingWith("Expected LDIF but line 1");
    }

    @Test
    void wrongCredentialsAClosedPortASilentServerAndADeniedHostAreSaid() throws Exception {
        assertThatThrownBy(() -> run(new Search(), "password", "wr0ng"))
                .hasMessage(
                        "LDAP at 127.0.0.1 refuses the user '%s' or the credentials"
                                .formatted(ADMIN));
        assertThatThrownBy(() -> run(new Search(), "password", ""))
                .hasMessage("Expected a password for " + ADMIN);
        assertThatThrownBy(() -> run(new Search(), "port", SilentServer.closedPort()))
                .hasMessage("Unable to connect to LDAP at 127.0.0.1");
        var denied = new Search();
        denied.start(new PluginSettings(Map.of("egress.deny", "127.0.0.0/8")));
        assertThatThrownBy(() -> run(denied)).hasMessageContaining("egress");
        SilentServer.isLeft(context, port -> run(new Search(), "port", port));
    }
}
