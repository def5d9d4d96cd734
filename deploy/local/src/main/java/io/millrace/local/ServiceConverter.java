// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/// The service that a log line is from: the process's own, or where all are in one process, that of
/// the logger.
public final class ServiceConverter extends ClassicConverter {
    @Override
    public String convert(ILoggingEvent event) {
        var process = System.getProperty("millrace.service");
        if (process != null) {
            return process;
        }
        for (var service : Service.values()) {
            if (event.getLoggerName().startsWith("io.millrace." + service.shortName() + ".")
                    || event.getThreadName().contains(service.fullName())) {
                return service.fullName();
            }
        }
        return "millrace";
    }
}
