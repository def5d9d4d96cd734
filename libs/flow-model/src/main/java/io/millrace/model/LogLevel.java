// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

/// Weight of a log line, lightest first.
public enum LogLevel {
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR
}
