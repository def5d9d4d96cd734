// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.CursorResults.Place;
import java.util.List;
import org.junit.jupiter.api.Test;

class CursorResultsTest {
    private static final Paging PLAIN = new Paging(1, 10, List.of());

    @Test
    void aCursorIsReadAsItWasWritten() {
        var place = Place.of("company.data", "etl", "nightly");

        assertThat(Place.parse(place.toString(), 3, PLAIN)).isEqualTo(place);
        assertThat(Place.parse(null, 3, PLAIN)).isNull();
    }

    @Test
    void whatNoPageGaveIsRefused() {
        assertThatThrownBy(() -> Place.parse("nonsense", 2, PLAIN))
                .isInstanceOf(ServiceException.Invalid.class);
    }

    @Test
    void aCursorKnowsOneOrderAlone() {
        var sorted = new Paging(1, 10, List.of(new Paging.Sort("id", true)));

        assertThatThrownBy(() -> Place.parse("a,b", 2, sorted))
                .isInstanceOf(ServiceException.Invalid.class);
    }
}
