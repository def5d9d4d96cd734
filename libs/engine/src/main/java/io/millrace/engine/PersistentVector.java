// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Immutable array of any length in which a change copies a path of a tree, not the array: 32
/// branches a node, so depth 3 holds 32,768 elements. Places that were never set, or were set to
/// nothing, are empty. (Bagwell's trie, as in Clojure's vectors.)
final class PersistentVector<T> {
    private static final int BITS = 5;
    private static final int WIDTH = 1 << BITS;
    private static final PersistentVector<?> EMPTY = new PersistentVector<>(0, 0, null);

    private final int length;
    private final int shift;
    private final @Nullable Object @Nullable [] root;

    private PersistentVector(int length, int shift, @Nullable Object @Nullable [] root) {
        this.length = length;
        this.shift = shift;
        this.root = root;
    }

    @SuppressWarnings("unchecked") // it holds nothing
    static <T> PersistentVector<T> empty() {
        return (PersistentVector<T>) EMPTY;
    }

    /// One more than the highest place that was ever set.
    int length() {
        return length;
    }

    @SuppressWarnings("unchecked") // only with() puts elements in
    @Nullable T get(int place) {
        if (place < 0 || place >= length || root == null) {
            return null;
        }
        @Nullable Object @Nullable [] node = root;
        for (int level = shift; level > 0; level -= BITS) {
            node = (@Nullable Object @Nullable []) node[(place >>> level) & (WIDTH - 1)];
            if (node == null) {
                return null;
            }
        }
        return (T) node[place & (WIDTH - 1)];
    }

    PersistentVector<T> with(int place, @Nullable T element) {
        if (place < 0) {
            throw new IndexOutOfBoundsException("Expected a place from 0 but got " + place);
        }
        var grown = root;
        int grownShift = shift;
        while (place >>> grownShift >= WIDTH) {
            grownShift += BITS;
            if (grown != null) {
                var above = new @Nullable Object[WIDTH];
                above[0] = grown;
                grown = above;
            }
        }
        return new PersistentVector<>(
                Math.max(length, place + 1), grownShift, set(grown, grownShift, place, element));
    }

    void forEach(Consumer<T> action) {
        for (int place = 0; place < length; place++) {
            var element = get(place);
            if (element != null) {
                action.accept(element);
            }
        }
    }

    private static @Nullable Object[] set(
            @Nullable Object @Nullable [] node, int level, int place, @Nullable Object element) {
        @Nullable Object[] copy = new @Nullable Object[WIDTH];
        if (node != null) {
            System.arraycopy(node, 0, copy, 0, WIDTH);
        }
        int branch = (place >>> level) & (WIDTH - 1);
        copy[branch] =
                level == 0
                        ? element
                        : set(
                                (@Nullable Object @Nullable []) copy[branch],
                                level - BITS,
                                place,
                                element);
        return copy;
    }
}
