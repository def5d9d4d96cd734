// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import io.millrace.embedded.EmbeddedException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// Starts everything on this machine and stays until it is told to end (SIGTERM): all services in
/// this process, or with `--processes` each in its own.
public final class MillraceLocal {
    private static final Logger log = LoggerFactory.getLogger(MillraceLocal.class);
    private static final int CANNOT_START = 2;

    private MillraceLocal() {}

    public static void main(String[] arguments) {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        try {
            var settings = LocalSettings.of(System.getenv(), List.of(arguments));
            var state = RunState.claim(settings);
            try {
                Suite.start(settings, state);
                state.ready(settings);
            } catch (StartException | EmbeddedException e) {
                state.failed(String.valueOf(e.getMessage()));
                throw e;
            } catch (RuntimeException e) {
                log.error("Millrace can't start", e);
                state.failed("A service doesn't start: " + rootCause(e));
                System.exit(CANNOT_START);
            }
        } catch (StartException | EmbeddedException e) {
            log.error("{}", e.getMessage(), e.getCause());
            System.exit(CANNOT_START);
        }
    }

    private static String rootCause(Throwable e) {
        var cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
}
