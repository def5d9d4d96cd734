// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class AvroValuesTest {
    private static final Schema ORDER =
            new Schema.Parser()
                    .parse(
                            """
                            {"type": "record", "name": "Order", "fields": [
                              {"name": "id", "type": "long"},
                              {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
                              {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
                              {"name": "tags", "type": {"type": "array", "items": "string"}},
                              {"name": "note", "type": ["null", "string"], "default": null}]}
                            """);

    @Test
    void aValueGoesThereAndBack() {
        var order =
                Map.of(
                        "id",
                        1,
                        "at",
                        "2026-01-02T03:04:05Z",
                        "price",
                        new BigDecimal("10.50"),
                        "tags",
                        List.of("a", "b"));

        var typed = AvroValues.typed(order, ORDER, "order");

        assertThat(AvroValues.plain(typed, ORDER))
                .asInstanceOf(
                        org.assertj.core.api.InstanceOfAssertFactories.map(
                                String.class, Object.class))
                .containsEntry("id", 1L)
                .containsEntry("at", "2026-01-02T03:04:05Z")
                .containsEntry("price", new BigDecimal("10.50"))
                .containsEntry("tags", List.of("a", "b"))
                .containsEntry("note", null);
    }

    @Test
    void whatDoesntFitIsNamedByItsPath() {
        var order = Map.of("id", "one", "at", 0, "price", 1, "tags", List.of());

        assertThatThrownBy(() -> AvroValues.typed(order, ORDER, "order"))
                .isInstanceOf(AvroRuntimeException.class)
                .hasMessageContaining("order.id");
    }
}
