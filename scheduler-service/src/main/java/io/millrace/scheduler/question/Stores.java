// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.question;

/// Who answers.
@FunctionalInterface
public interface Stores {

    /// @throws StoreAwayException if there is no answer now
    Answer ask(Asker asker, Question question);
}
