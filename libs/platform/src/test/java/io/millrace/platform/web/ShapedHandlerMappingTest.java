// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.server.PathContainer;

class ShapedHandlerMappingTest {

    @ParameterizedTest
    @CsvSource({
        "/api/v1/{tenant}/flows/search, /api/v1/main/flows/search, true",
        "/api/v1/{tenant}/flows/search, /api/v1/main/flows/find, false",
        "/api/v1/{tenant}/flows/search, /api/v1/main/flows, false",
        "/api/v1/{tenant}/flows/search, /api/v1/main/flows/search/x, false",
        "/api/v1/{tenant}/flows/{namespace}/{id}, /api/v1/main/flows/a.b/c%20d, true",
        "/api/v1/{tenant}/{kind:a|b}s, /api/v1/main/as, true",
        "/a%20b, /a%20b, false",
        "/a b, /a%20b, true",
        "/ui/**, /ui, true",
        "/ui/**, /ui/a/b, true",
        "/ui/**, /uix, false",
        "/files/{*path}, /files/a/b, true",
        "/, /, true",
        "/, /a, false",
    })
    void aRouteIsPassedOverWhenItCantBeMeant(String pattern, String path, boolean fits) {
        assertThat(ShapedHandlerMapping.Shape.of(pattern).fits(PathContainer.parsePath(path)))
                .isEqualTo(fits);
    }
}
