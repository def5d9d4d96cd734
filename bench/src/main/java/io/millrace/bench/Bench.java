// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench;

import io.millrace.bench.chaos.Chaos;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./millrace bench`: measures the running suite and prints one line a figure, `name value unit`.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures the running suite; one line a figure: name value unit.",
        subcommands = Chaos.class)
public final class Bench implements Callable<Integer> {
    private static final int DEFAULT_PORT = 8080;

    @Option(
            names = "--only",
            split = ",",
            description = "Workloads to run, such as W1a,W4 (default: all)")
    private List<String> only = List.of();

    @Option(names = "--quick", description = "A tenth of the numbers and one run")
    private boolean quick;

    @Option(names = "--runs", description = "Runs after the warm-up (default: ${DEFAULT-VALUE})")
    private int runs = 3;

    @Option(
            names = "--history",
            description = "Finished executions stored for W6 (default: ${DEFAULT-VALUE})")
    private int history = 100_000;

    @Option(
            names = "--beside",
            description =
                    "Settings (millrace.env) of another running suite that has stored nothing:"
                            + " W6 asks both in turn")
    private @Nullable Path beside;

    @Option(
            names = "--webhooks",
            description = "Webhooks a second of W9 (default: ${DEFAULT-VALUE})")
    private int webhooks = 1000;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }

    @Override
    public Integer call() {
        var environment = System.getenv();
        var server =
                URI.create(
                        environment.getOrDefault(
                                "MILLRACE_URL",
                                "http://localhost:"
                                        + environment.getOrDefault("MILLRACE_PORT", "8080")));
        int port = server.getPort() < 0 ? DEFAULT_PORT : server.getPort();
        var data = Path.of(environment.getOrDefault("MILLRACE_DATA", ".data"));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var figures = new Figures(out);
        var database = database(environment, data, port);
        var broker = broker(environment, data, port);
        var installation = environment.getOrDefault("MILLRACE_BROKER_INSTALLATION", "millrace");
        var counters = new Counters(database, broker, installation);
        var floors = new Floors(database, broker);
        var work =
                new Workloads(
                        new Client(server, "main", "alice"),
                        new Client(server, "other", "dave"),
                        floors,
                        counters,
                        figures,
                        quick);
        figures.line("machine.wakeup", Floors.wakeup(), "us");
        figures.line("machine.disk", Floors.syncs(Path.of("")), "syncs/s");
        memory(figures, data);
        startUp(figures, data);
        if (!quick) {
            work.warmUp();
        }
        var workloads = workloads(work);
        if (beside != null) {
            var fresh =
                    new Workloads(
                            Client.of(beside, "main", "alice"),
                            Client.of(beside, "other", "dave"),
                            floors,
                            counters,
                            figures,
                            quick);
            workloads.put("W6", () -> work.historyBeside(work.size(history), fresh));
        }
        for (var workload : workloads.entrySet()) {
            if (only.isEmpty() || only.contains(workload.getKey())) {
                run(workload.getKey(), workload.getValue(), figures);
            }
        }
        figures.line("machine.wakeup", Floors.wakeup(), "us");
        return 0;
    }

    private void run(String name, Runnable workload, Figures figures) {
        try {
            // those that store much or wait long are their own warm-up
            boolean once = quick || Set.of("W6", "W7", "W10", "W1b10k").contains(name);
            if (!once) {
                workload.run();
                figures.clear();
            }
            long begin = System.nanoTime();
            var processor = Counters.Processor.now();
            for (int i = 0; i < (once ? 1 : runs); i++) {
                workload.run();
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            figures.print();
            figures.line(
                    name + ".cpu_of_others",
                    Counters.Processor.now().othersSince(processor, seconds),
                    "cores");
        } catch (BenchException e) {
            figures.print();
            System.err.println(name + " failed: " + e.getMessage());
        }
    }

    private Map<String, Runnable> workloads(Workloads work) {
        var all = new LinkedHashMap<String, Runnable>();
        all.put("W1a", () -> work.latency("W1a"));
        all.put("W1b", () -> work.starts("W1b", work.size(1000)));
        all.put("W1b10k", () -> work.starts("W1b10k", work.size(10_000)));
        all.put("W1c", work::startsFromInside);
        all.put("W2", work::chain);
        all.put("W3", work::parallel);
        all.put("W4", work::loops);
        all.put("W5", work::subflows);
        all.put("W7", work::neighbours);
        all.put("W8", work::python);
        all.put("W9", () -> work.webhooks(webhooks, quick ? 2 : 10));
        all.put("W10", work::overQuota);
        all.put("cost", work::costs);
        all.put("W6", () -> work.history(work.size(history)));
        return all;
    }

    private static Counters.Database database(
            Map<String, String> environment, Path data, int port) {
        var url = environment.get("MILLRACE_POSTGRES_URL");
        if (url != null && !url.isBlank()) {
            return new Counters.Database(
                    url,
                    environment.getOrDefault("MILLRACE_POSTGRES_USER", "postgres"),
                    environment.getOrDefault("MILLRACE_POSTGRES_PASSWORD", ""));
        }
        return new Counters.Database(
                "jdbc:postgresql://127.0.0.1:" + (port + 7) + "/millrace",
                "postgres",
                content(data.resolve("postgres").resolve("password")));
    }

    private static URI broker(Map<String, String> environment, Path data, int port) {
        var uri = environment.get("MILLRACE_BROKER_URI");
        return URI.create(
                uri != null && !uri.isBlank()
                        ? uri
                        : "amqp://millrace:%s@127.0.0.1:%d"
                                .formatted(
                                        content(data.resolve("broker").resolve("password")),
                                        port + 8));
    }

    private static String content(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new BenchException(
                    "Expected a running suite with its data in .data: no " + file, e);
        }
    }

    /// From the start of the suite's process until all of it answered.
    private static void startUp(Figures figures, Path data) {
        var run = data.resolve("run");
        try {
            long pid = Long.parseLong(Files.readString(run.resolve("millrace.pid")).strip());
            var ready = Files.getLastModifiedTime(run.resolve("ready")).toInstant();
            ProcessHandle.of(pid)
                    .flatMap(process -> process.info().startInstant())
                    .ifPresent(start ->
                            figures.line(
                                    "startup",
                                    Duration.between(start, ready).toMillis() / 1e3,
                                    "s"));
        } catch (IOException e) {
            System.err.println("The suite's start can't be read: " + e.getMessage());
        }
    }

    /// Resident memory of the suite's processes.
    private static void memory(Figures figures, Path data) {
        try (var files = Files.list(data.resolve("run"))) {
            double bytes = 0;
            for (var file : files.filter(f -> f.toString().endsWith(".pid")).toList()) {
                var status = Path.of("/proc", Files.readString(file).strip(), "status");
                if (Files.exists(status)) {
                    bytes +=
                            Files.readAllLines(status).stream()
                                    .filter(line -> line.startsWith("VmRSS:"))
                                    .mapToDouble(line ->
                                            Double.parseDouble(line.replaceAll("[^0-9]", "")))
                                    .sum();
                }
            }
            figures.line("memory.resident", bytes / 1024, "MiB");
        } catch (IOException e) {
            System.err.println("The suite's memory can't be read: " + e.getMessage());
        }
    }
}
