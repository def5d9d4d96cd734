// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

class PathIndexTest {

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
        "/files/*, /files/, true",
        "/, /, true",
        "/, /a, false",
    })
    void aRouteIsPassedOverWhenItCantBeMeant(String pattern, String path, boolean fits) {
        var index = new PathIndex<String>();
        index.add(pattern, pattern);
        assertThat(index.candidates(PathContainer.parsePath(path)))
                .isEqualTo(fits ? List.of(pattern) : List.of());
    }

    /// Of all routes, asked for by paths that are made of them.
    @Test
    void nothingThatMatchesIsPassedOver() {
        var patterns =
                Stream.concat(
                                RouteRules.all().rules().stream().map(RouteRule::pattern),
                                Stream.of("/**", "/a/{b}.json", "/a/*", "/a/b*", "/{a}/{*b}"))
                        .distinct()
                        .map(PathPatternParser.defaultInstance::parse)
                        .toList();
        var index = new PathIndex<PathPattern>();
        patterns.forEach(pattern -> index.add(pattern.getPatternString(), pattern));
        for (var pattern : patterns) {
            for (var word : List.of("x", "search", "a%2Fb;c=d", "x.json")) {
                var path = pattern.getPatternString().replaceAll("\\{[^}]*}|\\*+", word);
                for (var end : List.of("", "/", "/y", "//y")) {
                    var parsed = PathContainer.parsePath(path + end);
                    assertThat(index.candidates(parsed))
                            .as(path + end)
                            .containsAll(patterns.stream().filter(p -> p.matches(parsed)).toList());
                }
            }
        }
    }
}
