// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.azure;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.Pem;
import io.millrace.test.FakeContext;
import io.millrace.test.SilentServer;
import io.millrace.test.StandIn;
import io.millrace.test.StandIn.Answer;
import io.millrace.test.Tasks;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Blobs for an application of Entra ID: a stand-in gives tokens, and takes them, as Microsoft
/// documents it, for neither can be run (Azurite takes such tokens over TLS alone and checks none).
class ServicePrincipalTest {
    private static final String TOKENS = "POST /directory/oauth2/v2.0/token";
    private static final String BLOB = "GET /box/file.txt";

    @TempDir Path directory = Path.of(".");
    private @Nullable StandIn azure;
    private FakeContext context = new FakeContext(Path.of("."));

    @BeforeEach
    void begin() throws Exception {
        context = new FakeContext(directory);
        azure = StandIn.start();
        azure.on(
                BLOB,
                request ->
                        request.header("authorization").equals("Bearer t0ken")
                                        && request.header("x-ms-version").startsWith("20")
                                ? new Answer(200, Map.of(), "content")
                                : Answer.status(403));
    }

    @AfterEach
    void end() {
        azure().close();
    }

    private StandIn azure() {
        return requireNonNull(azure);
    }

    private Map<String, @Nullable Object> fetch(String... more) throws Exception {
        var all = new HashMap<String, @Nullable Object>();
        all.put("endpoint", azure().url());
        all.put("authorityHost", azure().url());
        all.put("tenantId", "directory");
        all.put("clientId", "app");
        all.put("container", "box");
        all.put("name", "file.txt");
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return Tasks.run(new Download(), context, all);
    }

    private static Map<String, String> form(StandIn.Asked request) {
        return Arrays.stream(request.body().split("&"))
                .map(part -> part.split("=", 2))
                .collect(
                        Collectors.toMap(
                                part -> part[0], part -> URLDecoder.decode(part[1], UTF_8)));
    }

    @Test
    void aSecretGetsATokenAndTheTokenTheBlob() throws Exception {
        azure().on(
                        TOKENS,
                        request -> {
                            var form = form(request);
                            return form.equals(
                                            Map.of(
                                                    "grant_type", "client_credentials",
                                                    "client_id", "app",
                                                    "client_secret", "s3cret",
                                                    "scope", "https://storage.azure.com/.default"))
                                    ? Answer.json(
                                            "{\"access_token\":\"t0ken\",\"expires_in\":3599}")
                                    : refusal();
                        });

        fetch("clientSecret", "s3cret");

        assertThat(context.stored()).containsValue("content");
        assertThat(context.concealed).contains("t0ken");
        assertThatThrownBy(() -> fetch("clientSecret", "wr0ng"))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("AADSTS7000215: Invalid client secret")
                .hasMessageContaining("(401)")
                .hasMessageNotContaining("wr0ng");
    }

    private static Answer refusal() {
        return new Answer(
                401,
                Map.of(),
                "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client secret provided.\\r\\nTrace ID: 1\"}");
    }

    @Test
    void aTokenThatEndsSoonIsAskedForAnew() throws Exception {
        azure().on(TOKENS, Answer.json("{\"access_token\":\"t0ken\",\"expires_in\":60}"));
        azure().on("HEAD /box/file.txt", Answer.status(200));
        azure().on("DELETE /box/file.txt", Answer.status(202));

        Tasks.run(
                new Delete(),
                context,
                Map.of(
                        "endpoint", azure().url(),
                        "authorityHost", azure().url(),
                        "tenantId", "directory",
                        "clientId", "app",
                        "clientSecret", "s3cret",
                        "container", "box",
                        "name", "file.txt"));

        assertThat(azure().asked.stream().filter(r -> r.path().endsWith("/token"))).hasSize(2);
    }

    @Test
    void aCertificateSignsForWhatATokenIsGiven() throws Exception {
        var pem = certificate();
        azure().on(
                        TOKENS,
                        request -> {
                            try {
                                return isSigned(form(request), pem)
                                        ? Answer.json("{\"access_token\":\"t0ken\"}")
                                        : refusal();
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        });

        fetch("pemCertificate", pem);

        assertThat(context.stored()).containsValue("content");
        assertThatThrownBy(() -> fetch("pemCertificate", "no PEM"))
                .hasMessageContaining("PEM")
                .hasMessageNotContaining("no PEM");
    }

    private String certificate() throws Exception {
        var key = directory.resolve("key.pem");
        var certificate = directory.resolve("certificate.pem");
        var openssl =
                new ProcessBuilder(
                                "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=app -keyout KEY -out CERTIFICATE"
                                        .replace("KEY", key.toString())
                                        .replace("CERTIFICATE", certificate.toString())
                                        .split(" "))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(openssl.waitFor()).isZero();
        return Files.readString(key) + Files.readString(certificate);
    }

    /// "Certificate credentials": PS256, the thumbprint of the certificate in the header.
    private boolean isSigned(Map<String, String> form, String pem) throws Exception {
        var parts = form.getOrDefault("client_assertion", "").split("\\.");
        var decoder = Base64.getUrlDecoder();
        var certificate = Pem.certificates(pem)[0];
        var signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(
                new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        signature.initVerify(certificate);
        signature.update((parts[0] + "." + parts[1]).getBytes(US_ASCII));
        var header = JsonMapper.shared().readValue(decoder.decode(parts[0]), Map.class);
        var claims = JsonMapper.shared().readValue(decoder.decode(parts[1]), Map.class);
        var thumbprint = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
        return signature.verify(decoder.decode(parts[2]))
                && Arrays.equals(decoder.decode(String.valueOf(header.get("x5t#S256"))), thumbprint)
                && "PS256".equals(header.get("alg"))
                && "app".equals(claims.get("iss"))
                && "app".equals(claims.get("sub"))
                && (azure().url() + "/directory/oauth2/v2.0/token").equals(claims.get("aud"))
                && "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
                        .equals(form.get("client_assertion_type"));
    }

    @Test
    void aServicePrincipalIsNamedAsAWhole() {
        assertThatThrownBy(this::fetch).hasMessageContaining("either `clientSecret` or");
        assertThatThrownBy(() -> fetch("clientSecret", "a", "pemCertificate", "b"))
                .hasMessageContaining("either `clientSecret` or");
        assertThatThrownBy(() -> fetch("clientSecret", "a", "tenantId", "../other"))
                .hasMessageContaining("`tenantId`");
    }

    @Test
    void whoGivesTokensAndNeverAnswersIsLeftWhenTheTaskEnds() throws Exception {
        SilentServer.isLeft(
                context,
                port ->
                        fetch(
                                "clientSecret",
                                "s3cret",
                                "authorityHost",
                                "http://127.0.0.1:" + port));
        assertThatThrownBy(() ->
                        fetch("clientSecret", "s3cret", "authorityHost", "http://169.254.169.254"))
                .hasMessageContaining("egress policy");
    }
}
