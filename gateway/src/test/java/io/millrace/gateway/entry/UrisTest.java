// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.entry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UrisTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/api/v1/main/flows/company.team/my-flow_1",
                "/api/v1/main/namespaces/a.b/kv/my%20key",
                "/api/v1/main/namespaces/a.b/kv/k%C3%A4se",
                "/api/v1/main/executions/flows/a..b",
                "/api/v1/main/secrets/a@b:c,d~e!f$g&h'i(j)k*l+m=n",
            })
    void plainPathsAreTaken(String path) {
        assertThat(Uris.isPlain(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "api",
                "//api",
                "/api//v1",
                "/api/./v1",
                "/api/../v1",
                "/api/..",
                "/api/.",
                "/api;x=1/v1",
                "/api/%2e%2e/v1",
                "/api/%2E/v1",
                "/api%2fv1",
                "/api%2Fv1",
                "/api%5cv1",
                "/api\\v1",
                "/api%00",
                "/api%0a",
                "/api%7f",
                "/api%25%32%65",
                "/api%3bx",
                "/api%3fx",
                "/api%23x",
                "/api%",
                "/api%2",
                "/api%zz",
                "/api v1",
                "/api\u00e9",
                "/api{x}",
                "/api|x",
                "/api\"x",
            })
    void whatReadersMightReadDifferentlyIsNot(String path) {
        assertThat(Uris.isPlain(path)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "q=a+b", "q=%c3%a4&x", "q=%F0%9F%98%80", "filters[x][EQUALS]=%2F"})
    void aQueryIsTextInUtf8(String query) {
        assertThat(Uris.isText(query)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "q=%",
                "q=%f",
                "q=%zz",
                "q=%00",
                "q=%ff",
                "q=%c0%80",
                "q=%ed%a0%80",
                "q=%+1"
            })
    void anyOtherQueryIsNot(String query) {
        assertThat(Uris.isText(query)).isFalse();
    }
}
