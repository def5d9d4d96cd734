// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import io.millrace.plugin.NothingNewException;
import io.millrace.plugin.PluginSettings;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.SilentServer;
import io.millrace.test.StallingProxy;
import io.millrace.test.StallingProxy.Way;
import io.millrace.test.Tasks;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Mail that MailSend has sent, read from GreenMail.
class MailReceiveTest {
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private final GreenMail server =
            new GreenMail(
                    new ServerSetup[] {
                        new ServerSetup(0, null, ServerSetup.PROTOCOL_SMTP),
                        new ServerSetup(0, null, ServerSetup.PROTOCOL_IMAP),
                        new ServerSetup(0, null, ServerSetup.PROTOCOL_POP3)
                    });

    @BeforeEach
    void begin() {
        context = new FakeContext(directory);
        server.start();
        server.setUser("ops@example.com", "ops", "s3cret");
    }

    @AfterEach
    void end() {
        server.stop();
    }

    private void send(String subject) throws Exception {
        send(subject, "a,b\n", server.getSmtp().getPort());
    }

    private void send(String subject, String report, int port) throws Exception {
        var uri = context.store("kestra:///report.csv", report);
        Tasks.run(
                new MailSend(),
                context,
                Map.of(
                        "host", "127.0.0.1",
                        "port", port,
                        "transportStrategy", "SMTP",
                        "from", "billing@example.com",
                        "to", "ops@example.com",
                        "subject", subject,
                        "plainTextContent", "as text",
                        "htmlTextContent", "<b>as HTML</b>",
                        "attachments",
                                List.of(Map.of("name", "../report.csv", "uri", uri.toString()))));
    }

    private Map<String, @Nullable Object> run(TaskPlugin<?, ?> task, Object... properties)
            throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("host", "127.0.0.1");
        all.put("port", server.getImap().getPort());
        all.put("ssl", false);
        all.put("username", "ops");
        all.put("password", "s3cret");
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        return Tasks.run(task, context, all);
    }

    @Test
    void newMailIsReadOnceWithItsAttachments() throws Exception {
        send("Invoice 1");
        send("Other");

        var found = run(new MailReceivedTrigger(), "subject", "^Invoice", "from", "billing@");

        assertThat(found).containsEntry("total", 1);
        assertThat(String.valueOf(found.get("latestEmail")))
                .contains("subject=Invoice 1", "body=as text", "html=<b>as HTML</b>")
                .contains("billing@example.com")
                .contains("__report.csv=");
        assertThat(context.stored()).containsValue("a,b\n");
        context.executionId = "the next look";
        assertThatThrownBy(() -> run(new MailReceivedTrigger(), "subject", "^Invoice"))
                .isInstanceOf(NothingNewException.class);
        assertThat(run(new MailReceive(), "after", "NONE")).containsEntry("total", 1);
        assertThat(run(new MailReceive(), "after", "DELETE")).containsEntry("total", 1);
        context.executionId = "the next one";
        assertThat(run(new MailReceive())).containsEntry("total", 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SEEN", "DELETE"})
    void mailThatWasTakenIsToldThoughTheWorkerDies(String after) throws Exception {
        send("One");

        var first = run(new MailReceive(), "after", after);
        assertThat(first).containsEntry("total", 1);
        send("Two");
        var again = run(new MailReceive(), "after", after);
        context.executionId = "the next one";

        assertThat(again).isEqualTo(first);
        assertThat(String.valueOf(run(new MailReceive(), "after", after).get("emails")))
                .contains("subject=Two")
                .doesNotContain("subject=One");
    }

    @Test
    void mailThatWasTakenIsToldThoughTheServerIsAwayThen() throws Exception {
        send("One");
        var first = run(new MailReceive());

        var again = run(new MailReceive(), "port", SilentServer.closedPort());

        assertThat(again).isEqualTo(first);
        assertThat(context.warning).isTrue();
        context.executionId = "the next one";
        assertThat(run(new MailReceive())).containsEntry("total", 0);
    }

    @Test
    void mailIsReadByPop3AndDeleted() throws Exception {
        send("One");
        Object[] pop = {"protocol", "POP3", "port", server.getPop3().getPort(), "after", "DELETE"};

        assertThat(run(new MailReceive(), pop)).containsEntry("total", 1);
        context.executionId = "the next one";
        assertThat(run(new MailReceive(), pop)).containsEntry("total", 0);
        assertThatThrownBy(() -> run(new MailReceive(), "protocol", "POP3"))
                .hasMessageContaining("expected after DELETE");
    }

    @Test
    void aMailThatIsKilledWhileItIsSentDoesNotArrive() throws Exception {
        var large = "0123456789".repeat(1_500_000);

        StallingProxy.isLeft(
                context,
                server.getSmtp().getPort(),
                Way.TO_SERVER,
                1_000_000,
                port -> send("Large", large, port));

        context = new FakeContext(directory);
        send("Large", large, server.getSmtp().getPort());
        assertThat(server.getReceivedMessages())
                .singleElement()
                .extracting(GreenMailUtil::getBody)
                .asString()
                .hasSizeGreaterThan(large.length());
    }

    @ParameterizedTest
    @CsvSource({"IMAP, SEEN", "IMAP, DELETE", "POP3, DELETE"})
    void mailWhoseReadingIsKilledIsStillToBeRead(String protocol, String after) throws Exception {
        // in Base64, of which no server makes anything else
        var large = "äöü".repeat(100_000);
        send("Small", "ä", server.getSmtp().getPort());
        send("Large", large, server.getSmtp().getPort());
        Object[] read = {"protocol", protocol, "after", after, "port", 0};
        int direct = (protocol.equals("POP3") ? server.getPop3() : server.getImap()).getPort();
        context = new FakeContext(directory);

        StallingProxy.isLeft(
                context,
                direct,
                Way.TO_CLIENT,
                300_000,
                port -> {
                    read[5] = port;
                    run(new MailReceive(), read);
                });

        assertThat(directory).isEmptyDirectory();
        context = new FakeContext(directory);
        read[5] = direct;
        var found = run(new MailReceive(), read);
        assertThat(found).containsEntry("total", 2);
        assertThat(context.stored().values()).containsExactlyInAnyOrder("ä", large);
        context.executionId = "the next one";
        assertThat(run(new MailReceive(), read)).containsEntry("total", 0);
    }

    @Test
    void wrongCredentialsAClosedPortASilentServerAndADeniedHostAreSaid() throws Exception {
        assertThatThrownBy(() -> run(new MailReceive(), "password", "wr0ng"))
                .hasMessage(
                        "The mail server at 127.0.0.1 refuses the user 'ops' or the credentials");
        assertThatThrownBy(() -> run(new MailReceive(), "mailDirectory", "None"))
                .hasMessage("There is no folder 'None'");
        assertThatThrownBy(() -> run(new MailReceive(), "port", SilentServer.closedPort()))
                .hasMessageContaining("Unable to read mail at 127.0.0.1");
        var denied = new MailReceive();
        denied.start(new PluginSettings(Map.of("egress.deny", "127.0.0.0/8")));
        assertThatThrownBy(() -> run(denied)).hasMessageContaining("egress");
        SilentServer.isLeft(context, port -> run(new MailReceive(), "port", port));
    }
}
