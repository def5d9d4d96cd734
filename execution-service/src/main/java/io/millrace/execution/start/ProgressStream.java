// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.contracts.Codec;
import io.millrace.platform.audit.ChangeRecord;
import io.millrace.platform.problem.Problems;
import io.millrace.platform.problem.ServiceException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/// The answer to long work as a stream of events: `progress` with `done` and `of` now and then, at
/// last `end` with what would have been the answer, or `error` with a problem document.
final class ProgressStream implements Bulk.Progress {
    /// @param of how many it is to be done to, at most
    private record Pages(int done, int of) {}

    private static final Logger log = LoggerFactory.getLogger(ProgressStream.class);

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private boolean begun;

    private ProgressStream(HttpServletRequest request, HttpServletResponse response) {
        this.request = request;
        this.response = response;
    }

    /// Streams, if the present request asks for it; else answers when the work is done. What is
    /// refused before any of it was done is answered as ever.
    ///
    /// @return the answer, or nothing if it was streamed
    static <T> @Nullable T orAnswer(Function<Bulk.Progress, T> work) {
        var present = (ServletRequestAttributes) RequestContextHolder.currentRequestAttributes();
        var request = present.getRequest();
        var accept = request.getHeader("Accept");
        if (accept == null || !accept.contains(MediaType.TEXT_EVENT_STREAM_VALUE)) {
            return work.apply((_, _) -> {});
        }
        new ProgressStream(request, Objects.requireNonNull(present.getResponse())).stream(work);
        return null;
    }

    private void stream(Function<Bulk.Progress, ?> work) {
        try {
            var answer = work.apply(this);
            ChangeRecord.now();
            send("end", answer);
        } catch (ServiceException e) {
            if (!begun) {
                throw e;
            }
            ChangeRecord.now();
            send("error", Problems.document(Problems.of(e, request.getRequestURI())));
        }
    }

    @Override
    public void at(int done, int of) {
        send("progress", new Pages(done, of));
    }

    /// Who has gone away is told no more; what he asked for is done all the same.
    private void send(String event, Object data) {
        var text = new String(Codec.encode(data), StandardCharsets.UTF_8);
        try {
            if (!begun) {
                begun = true;
                response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
                response.setCharacterEncoding(StandardCharsets.UTF_8.name());
            }
            var out = response.getOutputStream();
            out.write(
                    "event:%s\ndata:%s\n\n"
                            .formatted(event, text)
                            .getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            log.atDebug().setCause(e).log("Nobody waits for the progress any more");
        }
    }
}
