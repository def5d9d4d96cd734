// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler.execution;

import io.millrace.contracts.Codec;
import io.millrace.contracts.LaneEvent;
import io.millrace.contracts.Starts;
import io.millrace.platform.problem.ServiceException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/// Starts of the same moment go in one request: a hop costs more than the start that it is for.
/// Nothing waits to fill a batch; what comes while others are under way makes up the next one.
final class StartBatches {
    /// So that the next batch is on its way while the lanes commit the last one.
    private static final int UNDER_WAY = 2;

    private static final int MOST = 256;
    private static final int MOST_BYTES = 4 << 20;

    private final Function<byte[], List<Result>> send;
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final Semaphore free = new Semaphore(UNDER_WAY);

    /// @param send sends a [Starts.Request]; gives a result for each start, in order
    StartBatches(Function<byte[], List<Result>> send) {
        this.send = send;
    }

    /// @param status of HTTP, as if the start had been asked for alone
    /// @param problem why it wasn't started
    /// @param execution as users see it
    record Result(
            int status,
            @Nullable String problem,
            @Nullable Map<String, @Nullable Object> execution) {}

    /// @param start a [Starts.Start], encoded by its caller: that is done side by side
    private record Waiting(byte[] start, CompletableFuture<Result> result) {}

    /// @throws ServiceException if it isn't started
    Map<String, @Nullable Object> start(String id, LaneEvent.ExecutionRequested request) {
        var waiting =
                new Waiting(
                        Codec.encode(new Starts.Start(id, request, traceOfRequest())),
                        new CompletableFuture<>());
        queue.add(waiting);
        sendWhatWaits();
        try {
            return started(waiting.result().join());
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /// The trace context that the gateway gave the present request: the batch's own is nobody's.
    private static @Nullable String traceOfRequest() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes now
                ? now.getRequest().getHeader("traceparent")
                : null;
    }

    private static Map<String, @Nullable Object> started(Result result) {
        var problem = String.valueOf(result.problem());
        return switch (result.status()) {
            case 422 -> throw new ServiceException.Refused(problem);
            case 429 -> throw new ServiceException.TooMany(problem, Duration.ofSeconds(1));
            case 503 -> throw new ServiceException.Unavailable(problem);
            default -> {
                var execution = result.execution();
                if (execution == null) {
                    throw new IllegalStateException(
                            "Expected an execution but got status " + result.status());
                }
                yield execution;
            }
        };
    }

    private void sendWhatWaits() {
        while (!queue.isEmpty() && free.tryAcquire()) {
            Thread.ofVirtual()
                    .name("start-batch")
                    .start(() -> {
                        try {
                            sendBatches();
                        } finally {
                            free.release();
                        }
                        // what came between the last look and the release
                        sendWhatWaits();
                    });
        }
    }

    private void sendBatches() {
        var batch = next();
        while (!batch.isEmpty()) {
            sendBatch(batch);
            batch = next();
        }
    }

    private List<Waiting> next() {
        var batch = new ArrayList<Waiting>();
        int bytes = 0;
        while (batch.size() < MOST && bytes < MOST_BYTES) {
            var waiting = queue.poll();
            if (waiting == null) {
                break;
            }
            batch.add(waiting);
            bytes += waiting.start().length;
        }
        return batch;
    }

    private void sendBatch(List<Waiting> batch) {
        try {
            var results = send.apply(body(batch));
            if (results.size() != batch.size()) {
                throw new IllegalStateException(
                        "Expected %d results but got %d".formatted(batch.size(), results.size()));
            }
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).result().complete(results.get(i));
            }
        } catch (RuntimeException | Error e) {
            batch.forEach(waiting -> waiting.result().completeExceptionally(e));
        }
    }

    /// A [Starts.Request] of parts that are encoded already.
    private static byte[] body(List<Waiting> batch) {
        var body = new ByteArrayOutputStream();
        body.writeBytes("{\"starts\":[".getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < batch.size(); i++) {
            if (i > 0) {
                body.write(',');
            }
            body.writeBytes(batch.get(i).start());
        }
        body.writeBytes("]}".getBytes(StandardCharsets.US_ASCII));
        return body.toByteArray();
    }
}
