// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PersistentVectorPropertyTest {

    @Property(tries = 200)
    void holdsWhatAMapWouldHold(
            @ForAll @Size(max = 300) List<@IntRange(max = 40_000) Integer> places) {
        var vector = PersistentVector.<String>empty();
        var map = new HashMap<Integer, String>();

        for (int i = 0; i < places.size(); i++) {
            var element = i % 7 == 0 ? null : "element " + i;
            vector = vector.with(places.get(i), element);
            map.put(places.get(i), element);
        }

        for (var entry : map.entrySet()) {
            assertThat(vector.get(entry.getKey())).isEqualTo(entry.getValue());
        }
        var all = new ArrayList<String>();
        vector.forEach(all::add);
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(
                        map.values().stream().filter(element -> element != null).toList());
    }

    @Property(tries = 100)
    void aChangeLeavesTheOriginalAsItWas(
            @ForAll @IntRange(max = 5_000) int length, @ForAll @IntRange(max = 6_000) int place) {
        var original = PersistentVector.<Integer>empty();
        for (int i = 0; i < length; i++) {
            original = original.with(i, i);
        }

        var changed = original.with(place, -1);

        assertThat(changed.get(place)).isEqualTo(-1);
        assertThat(original.get(place)).isEqualTo(place < length ? place : null);
        assertThat(original.length()).isEqualTo(length);
    }
}
