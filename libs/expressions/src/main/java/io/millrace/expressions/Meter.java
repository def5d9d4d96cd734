// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

/// Counts what one rendering costs and ends it when the [Budget] is spent.
final class Meter {

    /// Steps between two looks at the clock.
    private static final int CLOCK_MASK = 0xff;

    /// Characters between two looks at the clock.
    private static final long CHARS_PER_CLOCK = 1 << 16;

    private final Budget budget;
    private long deadline;
    private int steps;
    private long chars;
    private long charsAtClock;
    private int looks;
    private int depth;

    Meter(Budget budget) {
        this.budget = budget;
        this.deadline = System.nanoTime() + budget.maxTime().toNanos();
    }

    /// One iteration, call or operation.
    void step() {
        if (++steps > budget.maxSteps()) {
            throw new BudgetExceededException(
                    "The expression takes more than %d steps".formatted(budget.maxSteps()));
        }
        if ((steps & CLOCK_MASK) == 0) {
            checkTime();
        }
    }

    /// Characters that are made, or other work of that size. To be called before they are made.
    void chars(long count) {
        chars += count;
        if (chars > budget.maxChars()) {
            throw new BudgetExceededException(
                    "The expression produces more than %d characters".formatted(budget.maxChars()));
        }
        if (chars - charsAtClock > CHARS_PER_CLOCK) {
            charsAtClock = chars;
            checkTime();
        }
    }

    /// A look at a character, of which `perChar` cost as much as a character that is made.
    void look(int perChar) {
        if (++looks >= perChar) {
            looks = 0;
            chars(1);
        }
    }

    /// The elements of a list or map, nested ones included.
    void elements(long count) {
        if (count > budget.maxElements()) {
            throw new BudgetExceededException(
                    "The expression makes a list or map of more than %d elements"
                            .formatted(budget.maxElements()));
        }
        chars(count);
    }

    void checkTime() {
        if (System.nanoTime() - deadline > 0) {
            throw new BudgetExceededException(
                    "The expression takes longer than %s".formatted(budget.maxTime()));
        }
    }

    /// @param nanos that passed without anything being done here
    void waited(long nanos) {
        deadline += nanos;
    }

    void enter() {
        if (++depth > budget.maxDepth()) {
            throw new BudgetExceededException(
                    "Macros, blocks or renderings are nested deeper than %d"
                            .formatted(budget.maxDepth()));
        }
        step();
    }

    void leave() {
        depth--;
    }
}
