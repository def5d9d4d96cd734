// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

import io.millrace.engine.Cursor.Stage;

/// How cursors move on.
final class Cursors {
    private Cursors() {}

    static Cursor start(String branch) {
        return new Cursor(Stage.MAIN, branch, 0, 0, 0, State.SUCCESS, State.SUCCESS, null);
    }

    /// At the beginning of another of its lists.
    static Cursor at(Cursor cursor, Stage stage) {
        return new Cursor(
                stage, cursor.branch(), 0, 0, 0, cursor.outcome(), cursor.after(), cursor.exit());
    }

    static Cursor started(Cursor cursor, int next) {
        return new Cursor(
                cursor.stage(),
                cursor.branch(),
                next,
                cursor.running() + 1,
                cursor.ended(),
                cursor.outcome(),
                cursor.after(),
                cursor.exit());
    }

    static Cursor ended(Cursor cursor) {
        return new Cursor(
                cursor.stage(),
                cursor.branch(),
                cursor.next(),
                Math.max(0, cursor.running() - 1),
                cursor.ended() + 1,
                cursor.outcome(),
                cursor.after(),
                cursor.exit());
    }

    /// With the end of one more child. Those of `errors` don't count, but one that fails is the
    /// last.
    static Cursor with(Cursor cursor, State end) {
        return switch (cursor.stage()) {
            case MAIN ->
                    new Cursor(
                            Stage.MAIN,
                            cursor.branch(),
                            cursor.next(),
                            cursor.running(),
                            cursor.ended(),
                            worst(cursor.outcome(), end),
                            cursor.after(),
                            cursor.exit());
            case ERRORS ->
                    end.isGood()
                            ? cursor
                            : new Cursor(
                                    Stage.ERRORS,
                                    cursor.branch(),
                                    Integer.MAX_VALUE,
                                    cursor.running(),
                                    cursor.ended(),
                                    cursor.outcome(),
                                    cursor.after(),
                                    cursor.exit());
            case FINALLY ->
                    new Cursor(
                            Stage.FINALLY,
                            cursor.branch(),
                            cursor.next(),
                            cursor.running(),
                            cursor.ended(),
                            cursor.outcome(),
                            worst(cursor.after(), end),
                            cursor.exit());
            case AFTER, OVER -> cursor;
        };
    }

    /// Nothing more is created.
    static Cursor last(Cursor cursor) {
        return new Cursor(
                cursor.stage(),
                cursor.branch(),
                Integer.MAX_VALUE,
                cursor.running(),
                cursor.ended(),
                cursor.outcome(),
                cursor.after(),
                cursor.exit());
    }

    static Cursor exiting(Cursor cursor, State exit) {
        return new Cursor(
                cursor.stage(),
                cursor.branch(),
                cursor.next(),
                cursor.running(),
                cursor.ended(),
                cursor.outcome(),
                cursor.after(),
                exit);
    }

    /// What a list ends with of whose children one ended in each of the states.
    static State worst(State one, State other) {
        return weight(one) >= weight(other) ? counted(one) : counted(other);
    }

    private static State counted(State state) {
        return state == State.SKIPPED ? State.SUCCESS : state;
    }

    private static int weight(State state) {
        return switch (state) {
            case KILLED, KILLING -> 5;
            case CANCELLED -> 4;
            case FAILED, RETRIED -> 3;
            case WARNING -> 2;
            case SUCCESS,
                    SKIPPED,
                    CREATED,
                    QUEUED,
                    RUNNING,
                    PAUSED,
                    BREAKPOINT,
                    RESTARTED,
                    RETRYING ->
                    1;
        };
    }
}
