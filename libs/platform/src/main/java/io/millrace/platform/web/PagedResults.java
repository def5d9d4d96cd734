// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.web;

import java.util.List;

/// One page of a list.
///
/// @param total how many there are on all pages
public record PagedResults<T>(List<T> results, long total) {
    public PagedResults {
        results = List.copyOf(results);
    }
}
