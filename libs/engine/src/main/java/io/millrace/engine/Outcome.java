// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine;

/// What came of a request.
public sealed interface Outcome {

    Outcome ACCEPTED = new Accepted();

    record Accepted() implements Outcome {}

    /// @param reason for the user
    record Refused(String reason) implements Outcome {}
}
