// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.platform.problem.ServiceException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PagingTest {

    @Test
    void withoutParametersTheFirstTen() {
        var paging = Paging.parse(null, null, null);

        assertThat(paging.page()).isEqualTo(1);
        assertThat(paging.size()).isEqualTo(10);
        assertThat(paging.orderBy(Map.of(), "id")).isEqualTo("id");
    }

    @Test
    void pagesAndOrdersAreTakenOver() {
        var paging = Paging.parse("3", "25", new String[] {"name:desc", "id"});

        assertThat(paging.offset()).isEqualTo(50);
        assertThat(paging.orderBy(Map.of("name", "f.name", "id", "f.id"), ""))
                .isEqualTo("f.name desc, f.id asc");
    }

    @ParameterizedTest
    @CsvSource({"0,10,", "-1,10,", "1,0,", "1,10001,", "x,10,", "1,10,a:up", "1,10,:asc:x"})
    void whatIsOutOfRangeIsRefused(String page, String size, @Nullable String sort) {
        assertThatThrownBy(
                        () -> Paging.parse(page, size, sort == null ? null : new String[] {sort}))
                .isInstanceOf(ServiceException.Invalid.class);
    }

    @ParameterizedTest
    @CsvSource({"1,2,'1,2'", "2,2,'3'", "3,2,", "2147483647,10000,", "1,10,'1,2,3'"})
    void aPageOfAListIsWhatIsLeftOfItThere(int page, int size, @Nullable String expected) {
        var results = PagedResults.of(List.of(1, 2, 3), new Paging(page, size, List.of()));

        assertThat(results.map(String::valueOf).results())
                .isEqualTo(expected == null ? List.of() : List.of(expected.split(",")));
        assertThat(results.total()).isEqualTo(3);
    }

    @Test
    void onlyListedFieldsSort() {
        var paging = Paging.parse("1", "1", new String[] {"id; drop table flow:asc"});

        assertThatThrownBy(() -> paging.orderBy(Map.of("id", "f.id"), ""))
                .isInstanceOf(ServiceException.Invalid.class);
    }
}
