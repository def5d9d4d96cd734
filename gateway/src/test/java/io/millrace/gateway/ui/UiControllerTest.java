// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.problem.ServiceException;
import java.io.ByteArrayInputStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class UiControllerTest {
    private final UiFiles files = new UiFiles();
    private final UiController controller = new UiController(files);

    private MockHttpServletResponse get(String path, String... headers) throws Exception {
        var request = new MockHttpServletRequest("GET", path);
        for (int i = 0; i < headers.length; i += 2) {
            request.addHeader(headers[i], headers[i + 1]);
        }
        var response = new MockHttpServletResponse();
        controller.file(request, response);
        return response;
    }

    private String script() throws Exception {
        var page = get("/ui").getContentAsString();
        int from = page.indexOf("/ui/assets/");
        return page.substring(from, page.indexOf('"', from));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ui", "/ui/", "/ui/main/flows", "/ui/main/flows/company.team/my.flow"})
    void aPlaceWithinTheUiGetsItsFirstPageWhichIsAskedForAgain(String path) throws Exception {
        var response = get(path);

        assertThat(response.getContentType()).startsWith("text/html");
        assertThat(response.getContentAsString()).contains("<div id=\"root\">");
        assertThat(response.getHeader("Cache-Control")).isEqualTo("no-cache");
    }

    @Test
    void whatPortalsLoadHasANameThatStaysAndIsAskedForAgain() throws Exception {
        var elements = get("/ui/embed/millrace.js");

        assertThat(elements.getContentType()).startsWith("text/javascript");
        assertThat(elements.getHeader("Cache-Control")).isEqualTo("no-cache");
        assertThat(get("/ui/embed/sample.html").getContentAsString()).contains("millrace.js");
        assertThatThrownBy(() -> get("/ui/embed/nothing.js"))
                .isInstanceOf(ServiceException.NotFound.class);
    }

    @Test
    void theFirstPageHasNoScriptOfItsOwn() throws Exception {
        assertThat(get("/ui").getContentAsString()).doesNotContainPattern("<script(?![^>]*src=)");
    }

    @Test
    void whatBearsAHashIsKeptForGood() throws Exception {
        var response = get(script());

        assertThat(response.getContentType()).startsWith("text/javascript");
        assertThat(response.getHeader("Cache-Control")).contains("immutable");
    }

    @Test
    void theBestOfTheAcceptedEncodingsIsSent() throws Exception {
        var plain = get(script()).getContentAsByteArray();
        var zipped = get(script(), "Accept-Encoding", "br;q=0, gzip");

        assertThat(get(script(), "Accept-Encoding", "gzip, br").getHeader("Content-Encoding"))
                .isEqualTo("br");
        assertThat(zipped.getHeader("Content-Encoding")).isEqualTo("gzip");
        assertThat(
                        new GZIPInputStream(
                                        new ByteArrayInputStream(zipped.getContentAsByteArray()))
                                .readAllBytes())
                .isEqualTo(plain);
    }

    @Test
    void whatTheBrowserHasIsNotSentAgain() throws Exception {
        var etag = get("/ui").getHeader("ETag");

        assertThat(get("/ui", "If-None-Match", String.valueOf(etag)).getStatus()).isEqualTo(304);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ui/assets/none.js", "/ui/session", "/ui/login"})
    void whatIsNeitherAFileNorAPlaceIsNotThere(String path) {
        assertThatThrownBy(() -> get(path)).isInstanceOf(ServiceException.NotFound.class);
    }

    @Test
    void aBuildWithoutTheUiHasNoFiles() {
        assertThat(new UiFiles("none.tsv").find(UiFiles.INDEX)).isEmpty();
    }
}
