// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.web;

import java.util.List;
import java.util.function.Function;

/// One page of a list.
///
/// @param total how many there are on all pages
public record PagedResults<T>(List<T> results, long total) {
    public PagedResults {
        results = List.copyOf(results);
    }

    /// The page that is asked for of a list that is here as a whole.
    public static <T> PagedResults<T> of(List<T> all, Paging paging) {
        int from = (int) Math.min(paging.offset(), all.size());
        int to = (int) Math.min(paging.offset() + paging.size(), all.size());
        return new PagedResults<>(all.subList(from, to), all.size());
    }

    /// The same page in other words.
    public <R> PagedResults<R> map(Function<? super T, ? extends R> words) {
        return mapAll(page -> page.stream().<R>map(words).toList());
    }

    /// The same page in other words that are looked up together: a query for the page, not one a
    /// row.
    public <R> PagedResults<R> mapAll(Function<List<T>, List<R>> words) {
        return new PagedResults<>(words.apply(results), total);
    }
}
