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

    @Test
    void namesMayHaveCommasAndPercentSigns() {
        var place = Place.of("50%, or less", "%2C", "");

        assertThat(Place.parse(place.toString(), 3, PLAIN)).isEqualTo(place);
    }

    @Test
    void aListIsGoneThroughWhileRowsComeAndGo() {
        var two = new Paging(1, 2, List.of());

        var first = CursorResults.of(List.of("d", "b", "a", "c"), two, null, Place::of);
        var next = CursorResults.of(List.of("aa", "c", "e"), two, first.nextCursor(), Place::of);
        var last = CursorResults.of(List.of("c", "e"), two, next.nextCursor(), Place::of);

        assertThat(first.results()).containsExactly("a", "b");
        assertThat(first.total()).isEqualTo(4);
        assertThat(next.results()).containsExactly("c", "e");
        assertThat(last.results()).isEmpty();
        assertThat(last.nextCursor()).isNull();
    }

    @Test
    void aListInAnotherOrderHasPagesAlone() {
        var back = new Paging(2, 1, List.of(new Paging.Sort("id", false)));

        var page = CursorResults.of(List.of("b", "a"), back, null, Place::of);

        assertThat(page.results()).containsExactly("a");
        assertThat(page.nextCursor()).isNull();
        assertThatThrownBy(() -> CursorResults.of(List.of("b", "a"), back, "b", Place::of))
                .isInstanceOf(ServiceException.Invalid.class);
    }

    @Test
    void wordsAreOthersWhileThePlaceStays() {
        var page =
                CursorResults.of(List.of("a", "b"), new Paging(1, 1, List.of()), null, Place::of);

        assertThat(page.map(String::length)).isEqualTo(new CursorResults<>(List.of(1), 2, "a"));
    }
}
