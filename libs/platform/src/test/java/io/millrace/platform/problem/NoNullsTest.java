// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.core.MethodParameter;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.mock.http.MockHttpInputMessage;
import org.springframework.web.bind.annotation.RequestMapping;
import tools.jackson.databind.json.JsonMapper;

class NoNullsTest {
    private static final Class<? extends HttpMessageConverter<?>> JSON =
            JacksonJsonHttpMessageConverter.class;

    private final NoNulls noNulls = new NoNulls();

    record Part(String id, @Nullable String note) {}

    record Body(
            String name,
            List<Part> parts,
            List<@Nullable Object> values,
            @Nullable List<String> labels,
            @Nullable Map<String, @Nullable Object> more) {}

    @RequestMapping("/api/v1/{tenant}/bodies")
    static final class Bodies {
        void one(Body body) {}

        void many(List<Part> body) {}
    }

    @RequestMapping("/internal/bodies")
    static final class InternalBodies {
        void one(Body body) {}
    }

    private static MethodParameter parameter(Class<?> controller, String method, Class<?> type)
            throws NoSuchMethodException {
        return new MethodParameter(controller.getDeclaredMethod(method, type), 0);
    }

    private @Nullable Object read(String json) throws NoSuchMethodException {
        return read(JsonMapper.shared().readValue(json, Body.class), "one", Body.class);
    }

    private @Nullable Object read(@Nullable Object body, String method, Class<?> type)
            throws NoSuchMethodException {
        return noNulls.afterBodyRead(
                body,
                new MockHttpInputMessage(new byte[0]),
                parameter(Bodies.class, method, type),
                type,
                JSON);
    }

    @Test
    void whatMayBeMissingMay() throws Exception {
        assertThat(
                        read(
                                """
                                {"name": "a", "parts": [{"id": "b"}], "values": [null, 1]}
                                """))
                .isNotNull();
    }

    @Test
    void whatMustBeThereIsMissedWhereItIsMissing() {
        var missing =
                Map.of(
                        "{\"parts\": [], \"values\": []}", "name",
                        "{\"name\": null, \"parts\": [], \"values\": []}", "name",
                        "{\"name\": \"a\", \"parts\": [null], \"values\": []}", "parts[0]",
                        "{\"name\": \"a\", \"parts\": [{}], \"values\": []}", "parts[0].id",
                        "{\"name\": \"a\", \"parts\": [], \"values\": [], \"labels\": [null]}",
                                "labels[0]");

        missing.forEach((json, place) ->
                assertThatThrownBy(() -> read(json))
                        .isInstanceOfSatisfying(
                                ServiceException.Invalid.class,
                                e ->
                                        assertThat(e.violations())
                                                .singleElement()
                                                .extracting(Violation::field)
                                                .isEqualTo(place)));
    }

    @Test
    void aListIsThereAndHasNoNullInIt() throws Exception {
        var nulls = new java.util.ArrayList<@Nullable Part>();
        nulls.add(null);

        assertThat(read(List.of(new Part("a", null)), "many", List.class)).isNotNull();
        assertThatThrownBy(() -> read(null, "many", List.class)).hasMessageContaining("null");
        assertThatThrownBy(() -> read(nulls, "many", List.class)).hasMessageContaining("null");
        assertThatThrownBy(() ->
                        read(
                                List.of(JsonMapper.shared().readValue("{}", Part.class)),
                                "many",
                                List.class))
                .hasMessageContaining("null");
    }

    @Test
    void whatServicesAskEachOtherIsNotLookedAt() throws Exception {
        assertThat(
                        noNulls.supports(
                                parameter(InternalBodies.class, "one", Body.class),
                                Body.class,
                                JSON))
                .isFalse();
        assertThat(noNulls.supports(parameter(Bodies.class, "one", Body.class), Body.class, JSON))
                .isTrue();
    }
}
