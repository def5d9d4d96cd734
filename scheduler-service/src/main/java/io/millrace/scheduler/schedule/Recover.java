// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.schedule;

/// Which of the dates that passed while no scheduler ran are made up for.
enum Recover {
    ALL,
    LAST,
    NONE
}
