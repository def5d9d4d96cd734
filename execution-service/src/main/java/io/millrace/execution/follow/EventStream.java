// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.follow;

import io.millrace.platform.access.Identity;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/// One client's stream of server-sent events, written by a thread of its own until all is said or
/// the client goes away.
public final class EventStream {
    private static final Logger log = LoggerFactory.getLogger(EventStream.class);

    private final SseEmitter emitter;
    private volatile boolean gone;

    private EventStream(SseEmitter emitter) {
        this.emitter = emitter;
    }

    /// Writes a stream.
    @FunctionalInterface
    public interface Writer {
        void write(EventStream stream) throws Exception;
    }

    /// Begins a stream on behalf of the present caller.
    public static SseEmitter run(Writer writer) {
        var emitter = new SseEmitter(0L);
        var stream = new EventStream(emitter);
        emitter.onCompletion(() -> stream.gone = true);
        emitter.onError(_ -> stream.gone = true);
        Thread.ofVirtual().name("event-stream").start(Identity.carried(() -> stream.run0(writer)));
        return emitter;
    }

    private void run0(Writer writer) {
        try {
            writer.write(this);
            emitter.complete();
        } catch (IOException | IllegalStateException _) {
            gone = true; // the client has closed its end
        } catch (InterruptedException _) {
            emitter.complete();
        } catch (Exception e) {
            log.atWarn().setCause(e).log("An event stream ended early");
            emitter.completeWithError(e);
        }
    }

    /// @throws IOException if the client has gone
    public void send(String id, @Nullable Object data) throws IOException {
        check();
        var event = SseEmitter.event().id(id);
        emitter.send(
                data == null ? event.data("{}") : event.data(data, MediaType.APPLICATION_JSON));
    }

    /// A comment, so that nobody between takes the stream for dead, and to notice a client's end.
    ///
    /// @throws IOException if the client has gone
    public void keepAlive() throws IOException {
        check();
        emitter.send(SseEmitter.event().comment(""));
    }

    private void check() throws IOException {
        if (gone) {
            throw new IOException("The client has gone");
        }
    }
}
