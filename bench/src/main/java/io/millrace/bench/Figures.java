// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Collects figures over some runs and prints one line each: `name value unit` with the median, and
/// with the least and the greatest where there were several runs.
final class Figures {
    private final PrintStream out;
    private final Map<String, Series> series = new LinkedHashMap<>();

    Figures(PrintStream out) {
        this.out = out;
    }

    private record Series(String unit, List<Double> values) {}

    /// Adds what one run gave.
    void add(String name, double value, String unit) {
        series.computeIfAbsent(name, _ -> new Series(unit, new ArrayList<>())).values().add(value);
    }

    /// What was added last under a name.
    double last(String name) {
        return values(name).getLast();
    }

    /// Median of what was added under a name.
    double median(String name) {
        return median(values(name).stream().sorted().toList());
    }

    private List<Double> values(String name) {
        var found = series.get(name);
        if (found == null) {
            throw new BenchException("No figure " + name);
        }
        return found.values();
    }

    /// Forgets what was added, such as in a warm-up.
    void clear() {
        series.clear();
    }

    /// Prints and forgets what was added.
    void print() {
        series.forEach((name, of) -> {
            var sorted = of.values().stream().sorted().toList();
            line(name, median(sorted), of.unit());
            if (sorted.size() > 1) {
                line(name + ".min", sorted.getFirst(), of.unit());
                line(name + ".max", sorted.getLast(), of.unit());
            }
        });
        clear();
    }

    /// Prints one figure at once.
    void line(String name, double value, String unit) {
        out.println("%s %s %s".formatted(name, text(value), unit));
        out.flush();
    }

    /// @param sorted ascending, not empty
    static double median(List<Double> sorted) {
        return quantile(sorted, 0.5);
    }

    /// @param sorted ascending, not empty
    /// @param share from 0 to 1
    static double quantile(List<Double> sorted, double share) {
        int index = (int) Math.ceil(share * sorted.size()) - 1;
        return sorted.get(Math.clamp(index, 0, sorted.size() - 1));
    }

    private static String text(double value) {
        double absolute = Math.abs(value);
        var format = absolute >= 100 ? "%.0f" : absolute >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, value);
    }
}
