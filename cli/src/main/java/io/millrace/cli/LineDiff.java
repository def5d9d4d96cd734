// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

import java.util.ArrayList;
import java.util.List;

/// Differences of two texts, line by line, in the unified format.
final class LineDiff {
    private static final int CONTEXT = 3;

    private LineDiff() {}

    private record Line(char mark, String text) {}

    /// Empty if there is no difference.
    static List<String> unified(String from, String to, String fromName, String toName) {
        var lines = lines(from, to);
        var text = new ArrayList<String>();
        int oldLine = 1;
        int newLine = 1;
        for (int i = 0; i < lines.size(); ) {
            if (lines.get(i).mark() == ' ') {
                oldLine++;
                newLine++;
                i++;
                continue;
            }
            int begin = Math.max(0, i - CONTEXT);
            int end = endOfHunk(lines, i);
            if (text.isEmpty()) {
                text.add("--- " + fromName);
                text.add("+++ " + toName);
            }
            var hunk = lines.subList(begin, end);
            long removed = hunk.stream().filter(l -> l.mark() != '+').count();
            long added = hunk.stream().filter(l -> l.mark() != '-').count();
            text.add(
                    "@@ -%d,%d +%d,%d @@"
                            .formatted(
                                    oldLine - (i - begin), removed, newLine - (i - begin), added));
            hunk.forEach(line -> text.add(line.mark() + line.text()));
            for (; i < end; i++) {
                char mark = lines.get(i).mark();
                oldLine += mark == '+' ? 0 : 1;
                newLine += mark == '-' ? 0 : 1;
            }
        }
        return text;
    }

    /// Where a hunk ends that has a difference at `from`: after so many lines without one that the
    /// next difference is none of its own.
    private static int endOfHunk(List<Line> lines, int from) {
        int last = from;
        for (int i = from; i < lines.size() && i - last <= 2 * CONTEXT; i++) {
            if (lines.get(i).mark() != ' ') {
                last = i;
            }
        }
        return Math.min(lines.size(), last + CONTEXT + 1);
    }

    private static List<Line> lines(String from, String to) {
        var a = from.lines().toList();
        var b = to.lines().toList();
        int head = 0;
        while (head < a.size() && head < b.size() && a.get(head).equals(b.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < a.size() - head
                && tail < b.size() - head
                && a.get(a.size() - 1 - tail).equals(b.get(b.size() - 1 - tail))) {
            tail++;
        }
        var lines = new ArrayList<Line>();
        a.subList(0, head).forEach(text -> lines.add(new Line(' ', text)));
        middle(a.subList(head, a.size() - tail), b.subList(head, b.size() - tail), lines);
        a.subList(a.size() - tail, a.size()).forEach(text -> lines.add(new Line(' ', text)));
        return lines;
    }

    /// By the longest common subsequence.
    private static void middle(List<String> a, List<String> b, List<Line> lines) {
        var longest = new int[a.size() + 1][b.size() + 1];
        for (int i = a.size() - 1; i >= 0; i--) {
            for (int j = b.size() - 1; j >= 0; j--) {
                longest[i][j] =
                        a.get(i).equals(b.get(j))
                                ? longest[i + 1][j + 1] + 1
                                : Math.max(longest[i + 1][j], longest[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        while (i < a.size() || j < b.size()) {
            if (i < a.size() && j < b.size() && a.get(i).equals(b.get(j))) {
                lines.add(new Line(' ', a.get(i++)));
                j++;
            } else if (i < a.size() && (j == b.size() || longest[i + 1][j] >= longest[i][j + 1])) {
                lines.add(new Line('-', a.get(i++)));
            } else {
                lines.add(new Line('+', b.get(j++)));
            }
        }
    }
}
