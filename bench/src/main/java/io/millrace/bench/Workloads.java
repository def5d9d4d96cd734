// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;

/// The workloads, each measured once a call. `docs/benchmarks.md` says what each is.
final class Workloads {
    private static final int SUBMITTERS = 8;
    private static final int UNBOUNDED = 200;
    private static final int MEASURED = 1000;
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Client client;
    private final Client neighbour;
    private final Floors floors;
    private final Counters counters;
    private final Figures figures;
    private final boolean quick;
    private final String namespace = "bench.r" + Long.toString(System.currentTimeMillis(), 36);
    private int flows;

    /// @param neighbour the same suite as another tenant's user
    /// @param quick smaller numbers, to see that all works
    Workloads(
            Client client,
            Client neighbour,
            Floors floors,
            Counters counters,
            Figures figures,
            boolean quick) {
        this.client = client;
        this.neighbour = neighbour;
        this.floors = floors;
        this.counters = counters;
        this.figures = figures;
        this.quick = quick;
    }

    /// Starts of both kinds until they come no faster than before, so that compilers have done with
    /// the driver and the suite and what is measured is neither.
    void warmUp() {
        double best = 0;
        for (int round = 0; round < 12; round++) {
            double floor = MEASURED / seconds(() -> submit(MEASURED, _ -> client.floor()));
            for (var kind : Kind.values()) {
                var flow = deploy(Flows.one(kind));
                submit(MEASURED, _ -> client.start(namespace, flow));
                client.awaitSuccesses(namespace, flow, MEASURED, LONG);
            }
            if (round > 3 && floor < 1.05 * best) {
                return;
            }
            best = Math.max(best, floor);
        }
    }

    /// W1a: a flow of one task, one execution after the other.
    void latency(String prefix) {
        for (var kind : Kind.values()) {
            var flow = deploy(Flows.one(kind));
            var millis = new ArrayList<Double>();
            repeat(10, _ -> client.run(namespace, flow));
            var floor = new ArrayList<Double>();
            repeat(
                    quick ? 30 : 150,
                    _ -> {
                        millis.add(1e3 * seconds(() -> success(flow)));
                        floor.add(1e3 * seconds(client::floor));
                    });
            var sorted = millis.stream().sorted().toList();
            var name = prefix + "." + kind.label();
            figures.add(name + ".p50", Figures.median(sorted), "ms");
            figures.add(name + ".p95", Figures.quantile(sorted, 0.95), "ms");
            figures.add(
                    name + ".floor_p50", Figures.median(floor.stream().sorted().toList()), "ms");
        }
    }

    /// W1b: flows of one task, started over REST by eight at once.
    void starts(String prefix, int executions) {
        double floor = executions / seconds(() -> submit(executions, _ -> client.floor()));
        figures.add(prefix + ".floor", floor, "requests/s");
        for (var kind : Kind.values()) {
            double seconds = startsOf(kind, executions);
            var name = prefix + "." + kind.label();
            figures.add(name + ".throughput", executions / seconds, "executions/s");
            figures.add(name + ".floor_ratio", executions / seconds / floor, "ratio");
        }
    }

    /// Starts a flow of one task from eight submitters, until all have ended.
    private double startsOf(Kind kind, int executions) {
        var flow = deploy(Flows.one(kind));
        return seconds(() -> {
            submit(executions, _ -> client.start(namespace, flow));
            client.awaitSuccesses(namespace, flow, executions, LONG);
        });
    }

    /// W1c: the same, started from inside by a parent that doesn't wait.
    void startsFromInside() {
        int executions = size(1000);
        for (var kind : Kind.values()) {
            var child = deploy(Flows.one(kind));
            var parent =
                    deploy(Flows.forEach(Flows.subflow(namespace, child, false), executions, 0));
            double seconds =
                    seconds(() -> {
                        client.start(namespace, parent);
                        client.awaitSuccesses(namespace, child, executions, LONG);
                    });
            figures.add(
                    "W1c." + kind.label() + ".throughput", executions / seconds, "executions/s");
            if (kind == Kind.WORKER) {
                floor("W1c.worker", ".throughput", executions, UNBOUNDED);
            }
        }
    }

    /// W2: a chain of ten, one execution and a hundred at once.
    void chain() {
        int at = size(100);
        for (var kind : Kind.values()) {
            var flow = deploy(Flows.chain(kind, 10));
            client.run(namespace, flow);
            var millis = new ArrayList<Double>();
            repeat(10, _ -> millis.add(100 * seconds(() -> success(flow))));
            figures.add(
                    "W2." + kind.label() + ".step",
                    Figures.median(millis.stream().sorted().toList()),
                    "ms");
            var many = deploy(Flows.chain(kind, 10));
            double seconds =
                    seconds(() -> {
                        submit(at, _ -> client.start(namespace, many));
                        client.awaitSuccesses(namespace, many, at, LONG);
                    });
            figures.add("W2." + kind.label() + ".at_once", at * 10 / seconds, "tasks/s");
            if (kind == Kind.WORKER) {
                floor("W2.worker", ".at_once", at * 10, at);
            }
        }
    }

    /// W3: a hundred tasks side by side, and three hundred.
    void parallel() {
        for (var kind : Kind.values()) {
            var name = "W3." + kind.label();
            double hundred = timed(Flows.parallel(kind, 100));
            double threeHundred = timed(Flows.parallel(kind, 300));
            figures.add(name + ".100", hundred, "s");
            figures.add(name + ".300", threeHundred, "s");
            figures.add(name + ".growth_300_100", threeHundred / hundred, "ratio");
        }
    }

    /// W4: loops, sixteen iterations at a time and one at a time.
    void loops() {
        for (var kind : Kind.values()) {
            for (int atOnce : new int[] {16, 1}) {
                var name = "W4." + kind.label() + (atOnce == 1 ? ".sequential" : "");
                var times = new TreeMap<Integer, Double>();
                for (int iterations : new int[] {100, 1000, 10_000}) {
                    if (iterations <= size(10_000)) {
                        double time =
                                timedLoop(Flows.forEach(kind.task("body"), iterations, atOnce));
                        times.put(iterations, time);
                        figures.add(name + "." + iterations, time, "s");
                    }
                }
                figures.add(name + ".throughput", 1000 / seconds(times, 1000), "tasks/s");
                if (times.containsKey(10_000)) {
                    figures.add(
                            name + ".growth_10000_1000",
                            seconds(times, 10_000) / seconds(times, 1000),
                            "ratio");
                }
                if (kind == Kind.WORKER) {
                    floor(name, ".throughput", 1000, atOnce);
                }
            }
        }
        if (!quick) {
            figures.add(
                    "W4.growth_10000_1000", figures.last("W4.worker.growth_10000_1000"), "ratio");
        }
    }

    private static double seconds(SortedMap<Integer, Double> times, int iterations) {
        return Objects.requireNonNull(times.get(iterations));
    }

    /// The floor of tasks, beside a throughput: with as many under way as the workload has, and
    /// with as many as the grouping of commits can use.
    private void floor(String name, String throughput, int tasks, int atOnce) {
        double floor = floors.tasks(tasks, atOnce);
        figures.add(name + ".floor", floor, "tasks/s");
        figures.add(name + ".floor_ratio", figures.last(name + throughput) / floor, "ratio");
        if (atOnce < UNBOUNDED) {
            double most = floors.tasks(tasks, UNBOUNDED);
            figures.add(name + ".floor_unbounded", most, "tasks/s");
            figures.add(
                    name + ".floor_unbounded_ratio",
                    figures.last(name + throughput) / most,
                    "ratio");
        }
    }

    /// W5: a parent that waits for twenty subflows.
    void subflows() {
        for (var kind : Kind.values()) {
            var child = deploy(Flows.one(kind));
            figures.add(
                    "W5." + kind.label(),
                    timed(Flows.forEach(Flows.subflow(namespace, child, true), 20, 0)),
                    "s");
        }
    }

    /// W6: W1 again, with many finished executions stored.
    void history(int stored) {
        latency("W6.fresh");
        starts("W6.fresh", size(1000));
        store(stored);
        latency("W6.stored");
        starts("W6.stored", size(1000));
        for (var kind : Kind.values()) {
            var of = "." + kind.label();
            figures.add(
                    "W6" + of + ".latency_ratio",
                    figures.last("W6.stored" + of + ".p50")
                            / figures.last("W6.fresh" + of + ".p50"),
                    "ratio");
            // how the machine itself changed meanwhile
            figures.add(
                    "W6" + of + ".floor_latency_ratio",
                    figures.last("W6.stored" + of + ".floor_p50")
                            / figures.last("W6.fresh" + of + ".floor_p50"),
                    "ratio");
            figures.add(
                    "W6" + of + ".throughput_ratio",
                    figures.last("W6.fresh" + of + ".throughput")
                            / figures.last("W6.stored" + of + ".throughput"),
                    "ratio");
        }
    }

    /// W6 beside a suite that has stored nothing: the same to both in turn, so that both see the
    /// same machine. A suite is faster the longer it has run: both should have just been started.
    ///
    /// @param stored what is still to be stored; 0 where the history is there
    void historyBeside(int stored, Workloads fresh) {
        store(stored);
        if (!quick) {
            fresh.warmUp(); // as this one was before anything was measured
        }
        int times = quick ? 30 : 300;
        int many = size(500);
        inTurn(fresh, times, "floor.latency", "ms", suite -> 1e3 * seconds(suite.client::floor));
        for (var kind : Kind.values()) {
            var here = deploy(Flows.one(kind));
            var there = fresh.deploy(Flows.one(kind));
            inTurn(
                    fresh,
                    times,
                    kind.label() + ".latency",
                    "ms",
                    suite -> 1e3 * seconds(() -> suite.success(suite == this ? here : there)));
            inTurn(
                    fresh,
                    quick ? 1 : 9,
                    kind.label() + ".starts",
                    "s",
                    suite -> suite.startsOf(kind, many));
        }
    }

    /// Adds a time of both suites, taken in turn, and how the medians compare.
    private void inTurn(
            Workloads fresh,
            int times,
            String name,
            String unit,
            ToDoubleFunction<Workloads> measure) {
        repeat(
                times,
                i -> {
                    for (var suite : i % 2 == 0 ? List.of(this, fresh) : List.of(fresh, this)) {
                        var of = suite == this ? "W6.stored." : "W6.fresh.";
                        figures.add(of + name, measure.applyAsDouble(suite), unit);
                    }
                });
        figures.add(
                "W6." + name + "_ratio",
                figures.median("W6.stored." + name) / figures.median("W6.fresh." + name),
                "ratio");
    }

    private void store(int executions) {
        if (executions == 0) {
            return;
        }
        var child = deploy(Flows.one(Kind.LANE));
        var parent = deploy(Flows.forEach(Flows.subflow(namespace, child, false), size(1000), 0));
        for (int done = 0; done < executions; done += size(1000)) {
            client.start(namespace, parent);
            client.awaitSuccesses(namespace, child, (long) done + size(1000), LONG);
        }
        // what was stored a moment ago is history once database and broker have written it back
        Client.pause(Duration.ofSeconds(quick ? 1 : 60));
    }

    /// W7: ten thousand queued tasks of one tenant, and one task of another beside them.
    void neighbours() {
        double length = 0.1;
        var one = name();
        neighbour.deploy(namespace, one, Flows.flow(namespace, one, Flows.one(Kind.WORKER)));
        repeat(5, _ -> neighbour.run(namespace, one));
        double idle = median(20, () -> neighbour.run(namespace, one));
        var heavy = deploy(Flows.forEach(Flows.sleep("PT0.1S"), size(10_000), 0));
        client.start(namespace, heavy);
        Client.pause(Duration.ofSeconds(quick ? 2 : 5));
        double loaded = median(20, () -> neighbour.run(namespace, one));
        client.killAll(namespace, heavy);
        while (client.count(namespace, heavy, "RUNNING") + client.count(namespace, heavy, "KILLING")
                > 0) {
            Client.pause(Duration.ofMillis(200));
        }
        figures.add("W7.idle", 1e3 * idle, "ms");
        figures.add("W7.beside", 1e3 * loaded, "ms");
        figures.add("W7.allowed", 1e3 * (1.5 * idle + length), "ms");
        figures.add("W7.beside_allowed", loaded / (1.5 * idle + length), "ratio");
    }

    /// W8: small Python tasks in a row.
    void python() {
        figures.add("W8.fibo10x40", timed(Flows.fibonacci(40, 10)), "s");
        figures.add("W8.fibo33x10", timed(Flows.fibonacci(10, 33)), "s");
    }

    /// What a task costs, by counting over a loop of worker tasks, and what a start over REST
    /// costs.
    void costs() {
        int many = size(1000);
        cost("cost", "task", many, () -> timed(Flows.forEach(Kind.WORKER.task("body"), many, 16)));
        for (var kind : Kind.values()) {
            cost("cost.start." + kind.label(), "start", many, () -> startsOf(kind, many));
        }
    }

    private void cost(String name, String of, int many, Runnable work) {
        var before = counters.snapshot();
        work.run();
        var cost = counters.snapshot().minus(before);
        figures.add(name + ".commits", (double) cost.commits() / many, "commits/" + of);
        // in a run of its own: counting them costs, too
        try (var tap = counters.tapMessages()) {
            work.run();
            Client.pause(Duration.ofMillis(500));
            figures.add(name + ".messages", (double) tap.total() / many, "messages/" + of);
            tap.counts()
                    .forEach((exchange, count) ->
                            figures.add(
                                    name + ".messages." + exchange,
                                    (double) count / many,
                                    "messages/" + of));
        }
        figures.add(name + ".wal", (double) cost.walBytes() / many, "bytes/" + of);
        figures.add(name + ".stored", (double) cost.storedBytes() / many, "bytes/" + of);
    }

    /// W9: webhooks at a fixed rate, whether or not the ones before are answered; latency counts
    /// from when a call was due.
    void webhooks(int perSecond, int seconds) {
        var flow = name();
        client.deploy(
                namespace,
                flow,
                Flows.flow(namespace, flow, Flows.one(Kind.LANE))
                        + "triggers:\n  - {id: hook, type: %s, key: a-key-of-the-benchmark}\n"
                                .formatted("io.kestra.plugin.core.trigger.Webhook"));
        int calls = perSecond * seconds;
        var millis = new ConcurrentLinkedQueue<Double>();
        var refused = new ConcurrentHashMap<Integer, AtomicInteger>();
        long begin = System.nanoTime();
        paced(
                perSecond,
                calls,
                (number, due) -> {
                    int status =
                            client.callWebhook(
                                    namespace,
                                    flow,
                                    "a-key-of-the-benchmark",
                                    "{\"number\":%d}".formatted(number));
                    if (status == 200) {
                        millis.add((System.nanoTime() - due) / 1e6);
                    } else {
                        refused.computeIfAbsent(status, _ -> new AtomicInteger()).incrementAndGet();
                    }
                });
        double answered = (System.nanoTime() - begin) / 1e9;
        client.awaitSuccesses(namespace, flow, millis.size(), LONG);
        double done = (System.nanoTime() - begin) / 1e9;
        var sorted = millis.stream().sorted().toList();
        figures.add("W9.asked", perSecond, "calls/s");
        figures.add("W9.accepted", sorted.size(), "calls");
        refused.forEach(
                (status, count) -> figures.add("W9.refused." + status, count.get(), "calls"));
        figures.add("W9.missing", calls - sorted.size(), "calls");
        figures.add("W9.executions", (double) client.count(namespace, flow, ""), "executions");
        figures.add("W9.answered", sorted.size() / answered, "calls/s");
        figures.add("W9.done", sorted.size() / done, "executions/s");
        figures.add("W9.p50", Figures.median(sorted), "ms");
        figures.add("W9.p99", Figures.quantile(sorted, 0.99), "ms");
    }

    /// W10: one tenant asks for twenty times the starts that its quota leaves; another runs a flow
    /// of one task at a fixed rate, beside it and alone.
    void overQuota() {
        int perMinute = 600;
        int measuredPerSecond = 20;
        int seconds = quick ? 5 : 30;
        var one = name();
        neighbour.deploy(namespace, one, Flows.flow(namespace, one, Flows.one(Kind.WORKER)));
        var noisy = deploy(Flows.one(Kind.WORKER));
        client.quota("starts-per-minute", namespace, perMinute);
        runsAt(measuredPerSecond, measuredPerSecond * 5, one);
        double idle = runsAt(measuredPerSecond, measuredPerSecond * seconds, one);

        int asked = 20 * perMinute / 60;
        var over = new AtomicBoolean();
        var refused = new AtomicInteger();
        var accepted = new AtomicInteger();
        double burst;
        double beside;
        try (var noise = Executors.newSingleThreadExecutor()) {
            var noisyEnds =
                    noise.submit(() -> {
                        while (!over.get()) {
                            paced(
                                    asked,
                                    asked,
                                    (_, _) ->
                                            (client.mayStart(namespace, noisy) ? accepted : refused)
                                                    .incrementAndGet());
                        }
                    });
            try {
                // a quota of a minute may be used up at once
                burst = runsAt(measuredPerSecond, measuredPerSecond * 5, one);
                beside = runsAt(measuredPerSecond, measuredPerSecond * seconds, one);
            } finally {
                over.set(true);
            }
            noisyEnds.get();
        } catch (ExecutionException e) {
            throw new BenchException("The noise failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("Interrupted", e);
        } finally {
            client.noQuota("starts-per-minute", namespace);
        }
        client.awaitSuccesses(namespace, noisy, accepted.get(), LONG);
        figures.add("W10.noise.asked", asked, "starts/s");
        figures.add("W10.noise.accepted", accepted.get(), "starts");
        figures.add("W10.noise.refused", refused.get(), "starts");
        figures.add("W10.idle.p99", idle, "ms");
        figures.add("W10.burst.p99", burst, "ms");
        figures.add("W10.burst_idle", burst / idle, "ratio");
        figures.add("W10.beside.p99", beside, "ms");
        figures.add("W10.beside_idle", beside / idle, "ratio");
    }

    /// @return the 99th percentile, in milliseconds from when a run was due to its end
    private double runsAt(int perSecond, int runs, String flow) {
        var millis = new ConcurrentLinkedQueue<Double>();
        paced(
                perSecond,
                runs,
                (_, due) -> {
                    neighbour.run(namespace, flow);
                    millis.add((System.nanoTime() - due) / 1e6);
                });
        if (millis.size() != runs) {
            throw new BenchException("Expected %d runs but got %d".formatted(runs, millis.size()));
        }
        return Figures.quantile(millis.stream().sorted().toList(), 0.99);
    }

    private interface Call {
        /// @param due when it is to begin, in [System#nanoTime()]
        void make(int number, long due);
    }

    /// Calls at a fixed rate, whether or not those before are answered; returns when all are.
    private static void paced(int perSecond, int calls, Call call) {
        long begin = System.nanoTime() + 50_000_000L;
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < calls; i++) {
                int number = i;
                long due = begin + i * 1_000_000_000L / perSecond;
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
                }
                var _ = callers.submit(() -> call.make(number, due));
            }
        }
    }

    int size(int full) {
        return quick ? Math.max(10, full / 10) : full;
    }

    /// From the request to the answer that the execution has succeeded.
    private double timed(String tasks) {
        var flow = deploy(tasks);
        return seconds(() -> success(flow));
    }

    /// The same where an answer with all task runs would be long: the end is looked for.
    private double timedLoop(String tasks) {
        var flow = deploy(tasks);
        return seconds(() -> {
            client.start(namespace, flow);
            client.awaitSuccesses(namespace, flow, 1, LONG);
        });
    }

    private void success(String flow) {
        var state = client.run(namespace, flow).path("state").path("current").asString();
        if (!state.equals("SUCCESS")) {
            throw new BenchException("Expected SUCCESS of " + flow + " but got " + state);
        }
    }

    private String name() {
        return "f" + flows++;
    }

    private String deploy(String tasks) {
        var id = name();
        client.deploy(namespace, id, Flows.flow(namespace, id, tasks));
        return id;
    }

    private static double median(int times, Runnable work) {
        var all = new ArrayList<Double>();
        repeat(times, _ -> all.add(seconds(work)));
        return Figures.median(all.stream().sorted().toList());
    }

    private static void repeat(int times, IntConsumer work) {
        for (int i = 0; i < times; i++) {
            work.accept(i);
        }
    }

    private static double seconds(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e9;
    }

    /// Runs work that many times, by eight at once.
    private static void submit(int times, IntConsumer work) {
        try (var pool = Executors.newFixedThreadPool(SUBMITTERS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                int number = i;
                all.add(pool.submit(() -> work.accept(number)));
            }
            for (var future : all) {
                future.get();
            }
        } catch (ExecutionException e) {
            throw new BenchException("A request failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("Interrupted", e);
        }
    }
}
