// SPDX-License-Identifier: Apache-2.0
package io.millrace.bench;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The flows of the workloads, as YAML.
final class Flows {
    private static final String CORE = "io.kestra.plugin.core.flow.";

    private Flows() {}

    static String flow(String namespace, String id, String tasks) {
        return "id: %s%nnamespace: %s%ntasks:%n%s%n".formatted(id, namespace, tasks);
    }

    static String one(Kind kind) {
        return "  - " + kind.task("only");
    }

    static String chain(Kind kind, int tasks) {
        return numbered(tasks, i -> "  - " + kind.task("step" + i));
    }

    static String parallel(Kind kind, int tasks) {
        return "  - id: all%n    type: %sParallel%n    tasks:%n%s"
                .formatted(CORE, numbered(tasks, i -> "      - " + kind.task("branch" + i)));
    }

    /// @param concurrency iterations at a time; 0 for all
    static String forEach(String task, int iterations, int concurrency) {
        return """
        - id: each
          type: %sForEach
          concurrencyLimit: %d
          values: [%s]
          tasks:
            - %s\
        """
                .formatted(
                        CORE,
                        concurrency,
                        IntStream.range(0, iterations)
                                .mapToObj(Integer::toString)
                                .collect(Collectors.joining(",")),
                        task)
                .indent(2)
                .stripTrailing();
    }

    static String subflow(String namespace, String flow, boolean waits) {
        return "{id: child, type: %sSubflow, namespace: %s, flowId: %s, wait: %s}"
                .formatted(CORE, namespace, flow, waits);
    }

    static String sleep(String duration) {
        return "{id: nap, type: %sSleep, duration: %s}".formatted(CORE, duration);
    }

    /// As in Windmill's public comparison: each task computes a Fibonacci number the slow way.
    static String fibonacci(int tasks, int of) {
        return numbered(
                tasks,
                i ->
                        """
                        - id: fibo%d
                          type: io.kestra.plugin.scripts.python.Script
                          script: |
                            def fibo(n):
                                return n if n < 2 else fibo(n - 1) + fibo(n - 2)
                            print(fibo(%d))\
                        """
                                .formatted(i, of));
    }

    private static String numbered(int count, java.util.function.IntFunction<String> line) {
        return IntStream.range(0, count).mapToObj(line).collect(Collectors.joining("\n"));
    }
}
