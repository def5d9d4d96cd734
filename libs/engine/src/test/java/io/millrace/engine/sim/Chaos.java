// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine.sim;

/// How much goes wrong, in chances of one in a thousand.
///
/// @param crashBeforeCommit an instance dies with a batch that it has decided
/// @param crashBeforePublish an instance dies between its commit and its messages
/// @param lose a message vanishes with the disk of the broker
/// @param duplicate a message arrives twice
/// @param zombie an instance that lost its lane doesn't know it yet
/// @param workerDies a worker dies with the jobs that it runs
/// @param requests somebody pauses, resumes or forces
/// @param kills whether they kill and restart, too
/// @param reorder whether messages overtake each other
record Chaos(
        int crashBeforeCommit,
        int crashBeforePublish,
        int lose,
        int duplicate,
        int zombie,
        int workerDies,
        int requests,
        boolean kills,
        boolean reorder) {

    static final Chaos NONE = new Chaos(0, 0, 0, 0, 0, 0, 0, false, false);
    static final Chaos FAILURES = new Chaos(15, 15, 15, 40, 20, 10, 4, false, true);
    static final Chaos ALL = new Chaos(15, 15, 15, 40, 20, 10, 8, true, true);
}
