// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.notifications;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpServer;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskPlugin;
import io.millrace.test.FakeContext;
import io.millrace.test.SilentServer;
import io.millrace.test.Tasks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against GreenMail, and an HTTP server that takes what the services document.
class NotificationsTest {
    @TempDir Path directory = Path.of(".");
    private FakeContext context = new FakeContext(Path.of("."));
    private final List<String> posted = new CopyOnWriteArrayList<>();
    private @Nullable HttpServer server;
    private String url = "";

    @BeforeEach
    void begin() throws Exception {
        context = new FakeContext(directory);
        var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext(
                "/",
                exchange -> {
                    var body =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    posted.add(exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
                    var good = !exchange.getRequestURI().getPath().contains("gone");
                    var answer = (good ? "ok" : "no_service").getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(good ? 200 : 404, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        http.start();
        server = http;
        url = "http://127.0.0.1:%d/hook".formatted(http.getAddress().getPort());
    }

    @AfterEach
    void end() {
        if (server != null) {
            server.stop(0);
        }
    }

    private void run(TaskPlugin<?, ?> task, Object... properties) throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        for (int i = 0; i < properties.length; i += 2) {
            all.put(String.valueOf(properties[i]), properties[i + 1]);
        }
        try (task) {
            Tasks.run(task, context, all);
        }
    }

    @Test
    void eachServiceGetsATextInItsOwnForm() throws Exception {
        run(new SlackIncomingWebhook(), "url", url, "messageText", "hi \"you\"");
        run(new TeamsIncomingWebhook(), "url", url, "messageText", "hi");
        run(new DiscordIncomingWebhook(), "url", url, "messageText", "hi");
        run(new GoogleChatIncomingWebhook(), "url", url, "payload", "{\"text\": \"own\"}");

        assertThat(posted.get(0)).contains("{\"text\":\"hi \\\"you\\\"\"}");
        assertThat(posted.get(1)).contains("AdaptiveCard", "\"text\":\"hi\"");
        assertThat(posted.get(2)).contains("{\"content\":\"hi\"}");
        assertThat(posted.get(3)).contains("{\"text\": \"own\"}");
    }

    @Test
    void anExecutionThatATriggerReportsIsNamed() throws Exception {
        context.variables.put(
                "trigger",
                Map.of(
                        "executionId",
                        "e1",
                        "namespace",
                        "company",
                        "flowId",
                        "nightly",
                        "state",
                        "FAILED"));

        run(
                new SlackExecution(),
                "url",
                url,
                "executionId",
                "e1",
                "channel",
                "#ops",
                "customFields",
                Map.of("Team", "data"));
        run(new PagerDutyExecution(), "url", url, "routingKey", "R0UTE", "customMessage", "help");
        run(new OpsgenieAlert(), "url", url, "payload", "{}", "authorizationToken", "T0KEN");
        run(
                new OpsgenieExecution(),
                "url",
                url,
                "authorizationToken",
                "T0KEN",
                "responders",
                Map.of("42", "team"),
                "tags",
                List.of("night"),
                "priority",
                "P1");
        run(
                new PagerDutyExecution(),
                "url",
                url,
                "routingKey",
                "R0UTE",
                "deduplicationKey",
                "nightly",
                "payloadSummary",
                "It broke");

        assertThat(posted.get(0))
                .contains("company.nightly ended as FAILED", "Execution: e1", "Team: data", "#ops");
        assertThat(posted.get(1)).contains("\"dedup_key\":\"e1\"", "\"summary\":\"help\"", "R0UTE");
        assertThat(posted.get(2)).startsWith("GenieKey T0KEN");
        assertThat(posted.get(3))
                .startsWith("GenieKey T0KEN")
                .contains(
                        "\"message\":\"company.nightly ended as FAILED\"",
                        "\"alias\":\"e1\"",
                        "\"id\":\"42\"",
                        "\"type\":\"team\"",
                        "\"tags\":[\"night\"]",
                        "\"priority\":\"P1\"");
        assertThat(posted.get(4)).contains("\"dedup_key\":\"nightly\"", "\"summary\":\"It broke\"");
    }

    @Test
    void aMessageAppearsAsItsServiceLetsIt() throws Exception {
        run(
                new SlackExecution(),
                "url",
                url,
                "username",
                "Bot",
                "iconUrl",
                "https://example.com/i.png",
                "options",
                Map.of("headers", Map.of("Authorization", "Bearer own")));
        run(
                new DiscordExecution(),
                "url",
                url,
                "content",
                "Look:",
                "embedList",
                List.of(Map.of("title", "Box", "color", List.of(255, 0, 1))));
        run(new TeamsExecution(), "url", url, "activityTitle", "Nightly", "themeColor", "FF0000");
        run(new GoogleChatExecution(), "url", url, "text", "Look:");
        run(new ZulipExecution(), "url", url, "payload", "{\"own\":1}");

        assertThat(posted.get(0))
                .startsWith("Bearer own")
                .contains("\"icon_url\":\"https://example.com/i.png\"", "\"username\":\"Bot\"");
        assertThat(posted.get(1))
                .contains("\"content\":\"Look:\\n", "\"title\":\"Box\"", "\"color\":16711681");
        assertThat(posted.get(2)).contains("\"text\":\"Nightly\"", "\"weight\":\"bolder\"");
        assertThat(posted.get(3)).contains("{\"text\":\"Look:\\n");
        assertThat(posted.get(4)).contains("{\"own\":1}");
    }

    @Test
    void whatDoesntArriveIsSaidWithoutTheUrl() throws Exception {
        var secret = url.replace("/hook", "/gone/S3CRET");
        assertThatThrownBy(() -> run(new SlackIncomingWebhook(), "url", secret, "messageText", "x"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Slack answered 404: no_service")
                .hasMessageNotContaining("S3CRET");
        var nowhere = "http://127.0.0.1:%d/S3CRET".formatted(SilentServer.closedPort());
        assertThatThrownBy(
                        () -> run(new SlackIncomingWebhook(), "url", nowhere, "messageText", "x"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("Unable to connect")
                .hasMessageNotContaining("S3CRET");
        assertThatThrownBy(() ->
                        run(
                                new SlackIncomingWebhook(),
                                "url",
                                "http://169.254.169.254/",
                                "messageText",
                                "x"))
                .hasMessageContaining("egress policy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"readTimeout", "readIdleTimeout"})
    void aServiceIsWaitedForAsLongAsTheFlowSays(String option) throws Exception {
        try (var silent = SilentServer.start()) {
            assertThatThrownBy(() ->
                            run(
                                    new SlackIncomingWebhook(),
                                    "url",
                                    "http://127.0.0.1:" + silent.port(),
                                    "messageText",
                                    "x",
                                    "options",
                                    Map.of(option, "PT0.2S")))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessage("No answer in time from 127.0.0.1");
        }
    }

    @Test
    void aServiceThatHangsIsLeftWhenTheTaskIsCancelled() throws Exception {
        SilentServer.isLeft(
                context,
                port ->
                        run(
                                new SlackIncomingWebhook(),
                                "url",
                                "http://127.0.0.1:" + port,
                                "messageText",
                                "x"));
    }

    @Test
    void aMailArrivesWithItsAttachment() throws Exception {
        var green = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        green.start();
        try {
            green.setUser("ada@example.com", "ada", "lovelace");
            green.getUserManager().setAuthRequired(true);
            context.store("kestra:///report", "1,2,3");
            context.store("kestra:///logo", "a picture");
            Object[] mail = {
                "host",
                "127.0.0.1",
                "port",
                green.getSmtp().getPort(),
                "transportStrategy",
                "SMTP",
                "username",
                "ada",
                "password",
                "lovelace",
                "from",
                "ada@example.com",
                "to",
                "grace@example.com; bob@example.com",
                "subject",
                "Report ä",
                "htmlTextContent",
                "<b>done</b><img src='cid:logo.png'>",
                "embeddedImages",
                List.of(Map.of("name", "logo.png", "uri", "kestra:///logo")),
                "attachments",
                List.of(
                        Map.of(
                                "name",
                                "report.csv",
                                "uri",
                                "kestra:///report",
                                "contentType",
                                "text/csv"))
            };

            run(new MailSend(), mail);

            assertThat(green.getReceivedMessages()).hasSize(2);
            var message = green.getReceivedMessages()[0];
            assertThat(message.getSubject()).isEqualTo("Report ä");
            assertThat(GreenMailUtil.getBody(message))
                    .contains(
                            "<b>done</b>",
                            "report.csv",
                            "multipart/related",
                            "Content-ID: <logo.png>");
            mail[9] = "wr0ng";
            assertThatThrownBy(() -> run(new MailSend(), mail))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("refuses the user")
                    .hasMessageNotContaining("wr0ng");
        } finally {
            green.stop();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"subject", "from", "to", "cc", "name", "contentType", "image"})
    void nothingThatAFlowFillsInBecomesAHeader(String place) throws Exception {
        var green = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        green.start();
        try {
            context.store("kestra:///file", "1,2,3");
            var evil = "\r\nX-Evil: 1\r\n\r\nevil";
            var mail = new HashMap<String, @Nullable Object>();
            mail.put("host", "127.0.0.1");
            mail.put("port", green.getSmtp().getPort());
            mail.put("transportStrategy", "SMTP");
            mail.put("subject", place.equals("subject") ? "Report" + evil : "Report");
            mail.put("htmlTextContent", "<b>done</b>");
            for (var address : List.of("from", "to", "cc")) {
                mail.put(address, "ada@example.com" + (place.equals(address) ? evil : ""));
            }
            mail.put(
                    "attachments",
                    List.of(
                            Map.of(
                                    "name",
                                    place.equals("name") ? "a.csv" + evil : "a.csv",
                                    "uri",
                                    "kestra:///file",
                                    "contentType",
                                    place.equals("contentType") ? "text/csv" + evil : "text/csv")));
            mail.put(
                    "embeddedImages",
                    List.of(
                            Map.of(
                                    "name",
                                    place.equals("image") ? "a.png" + evil : "a.png",
                                    "uri",
                                    "kestra:///file")));
            try {
                Tasks.run(new MailSend(), context, mail);
            } catch (TaskFailedException _) {
                // that is as good
            }

            for (var message : green.getReceivedMessages()) {
                assertThat(GreenMailUtil.getWholeMessage(message).lines())
                        .noneMatch(line -> line.startsWith("X-Evil"));
            }
        } finally {
            green.stop();
        }
    }

    @Test
    void aMailServerThatHangsIsGivenUpOrLeft() throws Exception {
        try (var silent = SilentServer.start()) {
            assertThatThrownBy(() -> send(silent.port(), 500))
                    .isInstanceOf(TaskFailedException.class)
                    .hasMessageContaining("isn't sent");
        }
        SilentServer.isLeft(context, port -> send(port, 600_000));
    }

    private void send(int port, int sessionTimeout) throws Exception {
        run(
                new MailSend(),
                "host",
                "127.0.0.1",
                "port",
                port,
                "transportStrategy",
                "SMTP",
                "sessionTimeout",
                sessionTimeout,
                "from",
                "a@example.com",
                "to",
                "b@example.com");
    }
}
