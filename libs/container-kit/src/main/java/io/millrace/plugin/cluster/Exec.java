// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.cluster;

import io.millrace.plugin.kit.HttpApi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// A command in a pod over a WebSocket: each message begins with its channel (`channel.k8s.io`).
public final class Exec implements WebSocket.Listener {
    private static final int PIECE = 32 << 10;
    private static final int MOST_ERRORS = 8 << 10;

    private final Output output;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    /// Takes what comes on the standard output.
    @FunctionalInterface
    public interface Output {
        void take(byte[] bytes) throws IOException;
    }

    Exec(Output output) {
        this.output = output;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        var bytes = new byte[data.remaining()];
        data.get(bytes);
        take(bytes, last);
        socket.request(1);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        take(data.toString().getBytes(StandardCharsets.UTF_8), last);
        socket.request(1);
        return CompletableFuture.completedFuture(null);
    }

    private void take(byte[] bytes, boolean last) {
        message.writeBytes(bytes);
        if (!last) {
            return;
        }
        var whole = message.toByteArray();
        message.reset();
        if (whole.length == 0) {
            return;
        }
        var content = new byte[whole.length - 1];
        System.arraycopy(whole, 1, content, 0, content.length);
        try {
            switch (whole[0]) {
                case 1 -> output.take(content);
                case 2 -> {
                    if (errors.size() < MOST_ERRORS) {
                        errors.writeBytes(content);
                    }
                }
                case 3 -> finish(new String(content, StandardCharsets.UTF_8));
                default -> {} // none that is known
            }
        } catch (IOException e) {
            end.completeExceptionally(e);
        }
    }

    private void finish(String status) {
        Object said;
        try {
            said = JsonMapper.shared().readValue(status, Object.class);
        } catch (JacksonException _) {
            said = null;
        }
        if ("Success".equals(HttpApi.text(said, "status"))) {
            end.complete(null);
        } else {
            var why = errors.toString(StandardCharsets.UTF_8).strip();
            end.completeExceptionally(
                    new IOException(
                            why.isEmpty() ? String.valueOf(HttpApi.text(said, "message")) : why));
        }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        end.completeExceptionally(new IOException("The connection ended: " + reason));
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        end.completeExceptionally(error);
    }

    void send(WebSocket socket, Path input)
            throws IOException, ExecutionException, InterruptedException {
        try (var content = Files.newInputStream(input)) {
            for (var piece = content.readNBytes(PIECE);
                    piece.length > 0;
                    piece = content.readNBytes(PIECE)) {
                var framed = ByteBuffer.allocate(piece.length + 1);
                framed.put((byte) 0).put(piece).flip();
                socket.sendBinary(framed, true).get();
            }
        }
    }

    void await(Duration within) throws ExecutionException, TimeoutException, InterruptedException {
        end.get(within.toMillis(), TimeUnit.MILLISECONDS);
    }
}
