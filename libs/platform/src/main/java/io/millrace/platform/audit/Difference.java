// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.audit;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a change made different, for the audit log: each field that isn't as before, as `before →
/// after`. Of what could be a secret it says only that it changed.
public final class Difference {
    private static final Pattern SECRET =
            Pattern.compile("(?i).*(secret|password|token|credential|key|value).*");
    private static final int LONGEST = 300;
    private static final String NOTHING = "∅";

    private Difference() {}

    /// @param before fields as they were; none if the thing is new
    /// @param after fields as they are; none if the thing is gone
    public static Map<String, String> of(Map<String, ?> before, Map<String, ?> after) {
        var names = new TreeSet<String>(before.keySet());
        names.addAll(after.keySet());
        var difference = new TreeMap<String, String>();
        for (var name : names) {
            var old = before.get(name);
            var now = after.get(name);
            if (!Objects.equals(old, now)) {
                difference.put(
                        name,
                        SECRET.matcher(name).matches() ? "changed" : text(old) + " → " + text(now));
            }
        }
        return difference;
    }

    private static String text(@Nullable Object value) {
        var text = value == null ? NOTHING : value.toString();
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
