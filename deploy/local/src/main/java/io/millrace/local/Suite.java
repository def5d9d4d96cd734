// SPDX-License-Identifier: Apache-2.0
package io.millrace.local;

import io.millrace.local.issuer.DevIssuer;
import io.millrace.platform.ServiceLauncher;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;

/// The whole suite: infrastructure, development issuer and services, started as far as possible at
/// the same time and stopped in the opposite order.
final class Suite {
    private static final Logger log = LoggerFactory.getLogger(Suite.class);

    private final Infrastructure infrastructure;
    private final Map<Service, AutoCloseable> contexts = new ConcurrentHashMap<>();

    private Suite(Infrastructure infrastructure) {
        this.infrastructure = infrastructure;
    }

    static Suite start(LocalSettings settings, RunState state) {
        var begin = Instant.now();
        requireFreePorts(settings);
        var issuer =
                new FutureTask<Void>(() -> {
                    DevIssuer.start(
                            settings.issuerUrl(), settings.devIssuerPort(), settings.devIssuer());
                    return null;
                });
        if (settings.issuer().isEmpty()) {
            // the gateway reads it too, and may be faster
            DevIssuer.gatewaySecret(settings.devIssuer());
            Thread.ofPlatform().name("start-dev-issuer").start(issuer);
        }
        var infrastructure = Infrastructure.start(settings);
        // These run when Spring has closed its contexts.
        var children = new ServiceProcesses(settings, state);
        SpringApplication.getShutdownHandlers()
                .add(() -> {
                    children.close();
                    infrastructure.close();
                    state.stopped();
                });
        var suite = new Suite(infrastructure);
        if (settings.processes()) {
            children.start(infrastructure);
        } else {
            suite.startHere();
        }
        if (settings.issuer().isEmpty()) {
            await(issuer);
        }
        log.atInfo()
                .addKeyValue("seconds", Duration.between(begin, Instant.now()).toSeconds())
                .addKeyValue("url", settings.publicUrl())
                .log("Millrace is up");
        return suite;
    }

    /// Ends a service that runs in this JVM, and starts it anew.
    void restart(Service service) throws Exception {
        var running = contexts.remove(service);
        if (running != null) {
            running.close();
        }
        start(service);
    }

    private void start(Service service) throws ClassNotFoundException {
        contexts.put(
                service,
                ServiceLauncher.run(
                        Class.forName(service.application()),
                        service.fullName(),
                        infrastructure.properties(service)));
    }

    private void startHere() {
        var starts = new ArrayList<FutureTask<Void>>();
        for (var service : Service.values()) {
            var start =
                    new FutureTask<Void>(() -> {
                        start(service);
                        return null;
                    });
            Thread.ofPlatform().name("start-" + service.fullName()).start(start);
            starts.add(start);
        }
        starts.forEach(Suite::await);
    }

    private static void requireFreePorts(LocalSettings settings) {
        var ports = new LinkedHashMap<String, Integer>();
        for (var service : Service.values()) {
            ports.put("the " + service.fullName(), settings.port(service));
        }
        if (settings.issuer().isEmpty()) {
            ports.put("the development issuer", settings.devIssuerPort());
        }
        if (settings.broker().isEmpty()) {
            ports.put("the embedded broker", settings.brokerPort());
        }
        ports.entrySet().stream()
                .filter(entry -> !isFree(entry.getValue()))
                .findFirst()
                .map(Map.Entry::getKey)
                .ifPresent(part -> {
                    throw new StartException(
                            "Port %d is in use, which %s needs: stop what uses it, or set"
                                            .formatted(ports.get(part), part)
                                    + " MILLRACE_PORT to the first of nine free ports");
                });
    }

    private static boolean isFree(int port) {
        try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void await(FutureTask<Void> start) {
        try {
            start.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("Interrupted while starting", e);
        }
    }
}
