// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import java.io.Reader;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/// JSON whose numbers stay what they are: an amount of money of 17 digits isn't a `double`. A
/// number that is one, without loss, is read as such.
public final class ExactJson {
    /// Powers of ten beyond all that a `double` has: what is written so is no amount, but an
    /// attempt to have somebody write it out.
    private static final int LARGEST_SCALE = 400;

    private static final ObjectReader JSON = readerFor(Object.class);
    private static final ObjectReader VALUES =
            JSON.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private ExactJson() {}

    /// Of what values without a type are to go through [#exact].
    static ObjectReader readerFor(Class<?> type) {
        return JsonMapper.shared()
                .readerFor(type)
                .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    }

    /// @return maps, lists, texts, numbers, booleans or nothing
    /// @throws JacksonException if it isn't JSON
    public static @Nullable Object read(String text) {
        return exact(JSON.readValue(text));
    }

    /// As [#read(String)], but decimals keep their zeros, too, for what writes them as texts: a fee
    /// of 0.10 isn't 0.1.
    public static @Nullable Object asWritten(String text) {
        return JSON.readValue(text);
    }

    public static JsonParser parser(Reader text) {
        return VALUES.createParser(text);
    }

    /// The value whose first token the parser stands on.
    ///
    /// @throws JacksonException if it isn't JSON
    public static @Nullable Object read(JsonParser parser) {
        return exact(VALUES.readValue(parser));
    }

    @SuppressWarnings("unchecked") // Jackson's own maps and lists, which may be changed
    static @Nullable Object exact(@Nullable Object value) {
        switch (value) {
            case BigDecimal number -> {
                return number(number);
            }
            case Map<?, ?> map ->
                    ((Map<String, @Nullable Object>) map).replaceAll((_, v) -> exact(v));
            case List<?> list -> ((List<@Nullable Object>) list).replaceAll(ExactJson::exact);
            case null, default -> {
                // as it is
            }
        }
        return value;
    }

    private static Number number(BigDecimal number) {
        double nearest = number.doubleValue();
        boolean isExact =
                !Double.isInfinite(nearest) && BigDecimal.valueOf(nearest).compareTo(number) == 0;
        return isExact || Math.abs((long) number.scale()) > LARGEST_SCALE ? nearest : number;
    }
}
