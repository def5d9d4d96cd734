// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.kit;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntPredicate;
import javax.net.ssl.SSLHandshakeException;

/// Requests over HTTP within the egress policy, without redirects, and when they are tried again.
/// Errors name the system and the host, never a URL: it may bear a secret.
///
/// @param what the system's name, for messages
/// @param firstPause before it is tried again, about twice as long each time
record HttpTries(String what, EgressPolicy egress, TaskContext context, Duration firstPause) {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int TRIES = 4;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    HttpTries(String what, EgressPolicy egress, TaskContext context) {
        this(what, egress, context, Duration.ofMillis(500));
    }

    static HttpClient.Builder client() {
        return HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT);
    }

    /// What came, as far as it says whether it is tried again.
    interface Reply {
        int status();

        HttpHeaders headers();

        /// It isn't read.
        default void drop() throws IOException {}
    }

    /// One request and its answer.
    @FunctionalInterface
    interface Once<R extends Reply> {
        R send() throws NoAnswerException, TaskFailedException, IOException, InterruptedException;
    }

    /// Any answer but those that ask to come later: then it is tried again, for a while.
    ///
    /// @param repeatable whether doing it twice does no more than doing it once
    /// @param passing which answers to what is repeatable may be better the next time
    /// @throws TaskFailedException if there is no answer
    <R extends Reply> R send(Once<R> once, boolean repeatable, IntPredicate passing)
            throws TaskFailedException, IOException, InterruptedException {
        var pause = firstPause;
        for (int tries = 1; ; tries++) {
            boolean last = tries == TRIES;
            Duration wait = pause;
            try {
                var reply = once.send();
                int status = reply.status();
                boolean later =
                        status == 429 || status == 503 || (repeatable && passing.test(status));
                if (!later || last) {
                    return reply;
                }
                reply.drop();
                wait =
                        reply.headers()
                                .firstValue("Retry-After")
                                .flatMap(HttpTries::seconds)
                                .orElse(pause);
                context.log().debug("%s answered %d, tried again".formatted(what, status));
            } catch (NoAnswerException e) {
                if (last || e.silent || !(e.unsent || repeatable)) {
                    throw e.failure();
                }
                context.log().debug(e.getMessage() + ", tried again");
            }
            Thread.sleep(wait.compareTo(LONGEST_PAUSE) < 0 ? wait : LONGEST_PAUSE);
            long millis = 2 * pause.toMillis();
            pause =
                    Duration.ofMillis(
                            millis + ThreadLocalRandom.current().nextLong(millis / 4 + 1));
        }
    }

    private static Optional<Duration> seconds(String text) {
        try {
            return Optional.of(Duration.ofSeconds(Math.max(0, Long.parseLong(text.strip()))));
        } catch (NumberFormatException _) {
            return Optional.empty(); // a date
        }
    }

    /// A request to where tasks may connect to.
    HttpRequest.Builder to(URI uri) throws TaskFailedException {
        egress.check(uri);
        return HttpRequest.newBuilder(uri).timeout(ANSWER).setHeader("User-Agent", "Millrace");
    }

    /// @throws NoAnswerException if none comes
    HttpResponse<InputStream> exchange(HttpClient client, HttpRequest request)
            throws NoAnswerException, TaskFailedException, InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw failed(request.uri().getHost(), e);
        }
    }

    /// The body of an answer, which may stop coming.
    static InputStream patient(HttpResponse<InputStream> response) {
        return new PatientStream(response.body(), ANSWER);
    }

    /// Why there is no answer, or not all of it.
    NoAnswerException failed(String host, IOException e)
            throws TaskFailedException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        // "… terminated the handshake", "… closed the channel": it left, and says nothing of trust
        boolean left =
                e instanceof SSLHandshakeException
                        && String.valueOf(e.getMessage()).startsWith("Remote host ");
        boolean silent = e instanceof HttpConnectTimeoutException;
        if (left || silent || e instanceof ConnectException) {
            return new NoAnswerException(
                    "Unable to connect to %s at %s".formatted(what, host)
                            + (silent ? " within " + CONNECT : ""),
                    true,
                    silent,
                    e);
        }
        if (e instanceof SSLHandshakeException) {
            throw new TaskFailedException(
                    "%s at %s isn't trusted: %s".formatted(what, host, e.getMessage()), e);
        }
        return new NoAnswerException(
                e instanceof HttpTimeoutException
                        ? "No answer in time from %s at %s".formatted(what, host)
                        : "No answer from %s at %s: %s".formatted(what, host, e.getMessage()),
                false,
                false,
                e);
    }

    static final class NoAnswerException extends Exception {
        private static final long serialVersionUID = 1;
        private final boolean unsent;
        private final boolean silent;

        /// @param unsent whether the other side can't have done anything
        /// @param silent whether it has been called for so long that it isn't called again
        private NoAnswerException(String said, boolean unsent, boolean silent, IOException cause) {
            super(said, cause);
            this.unsent = unsent;
            this.silent = silent;
        }

        TaskFailedException failure() {
            return new TaskFailedException(String.valueOf(getMessage()), this);
        }
    }
}
