// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.container;

import io.millrace.plugin.TaskFailedException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One request to a container engine over its socket, which the JDK's HTTP client can't open
/// (HTTP/1.1, RFC 9112: one request a connection).
final class EngineConnection implements AutoCloseable {
    private static final int LONGEST_LINE = 64 << 10;
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final SocketChannel channel;
    private final InputStream in;
    private final OutputStream out;
    private int status;
    private Map<String, String> headers = Map.of();

    private EngineConnection(SocketChannel channel) {
        this.channel = channel;
        this.in = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
        this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    }

    /// @throws IOException if nobody listens
    static EngineConnection open(EngineAddress address) throws IOException {
        return switch (address) {
            case EngineAddress.Unix(var path) -> {
                var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                try {
                    channel.connect(UnixDomainSocketAddress.of(path));
                } catch (IOException e) {
                    channel.close();
                    throw e;
                }
                yield new EngineConnection(channel);
            }
            case EngineAddress.Tcp(var host, int port) -> {
                var channel = SocketChannel.open();
                try {
                    channel.socket()
                            .connect(new InetSocketAddress(host, port), (int) CONNECT.toMillis());
                } catch (IOException e) {
                    channel.close();
                    throw e;
                }
                yield new EngineConnection(channel);
            }
        };
    }

    /// Sends a request and reads the head of the answer.
    ///
    /// @param length bytes of the body; there is none if it is absent
    EngineConnection send(
            String method,
            String path,
            Map<String, String> more,
            @Nullable InputStream body,
            long length)
            throws IOException, TaskFailedException {
        var head = new StringBuilder();
        head.append(method).append(' ').append(path).append(" HTTP/1.1\r\n");
        head.append("Host: localhost\r\nConnection: close\r\nUser-Agent: Millrace\r\n");
        for (var header : more.entrySet()) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        head.append("Content-Length: ").append(body == null ? 0 : length).append("\r\n\r\n");
        out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        if (body != null) {
            body.transferTo(out);
        }
        out.flush();
        do {
            readHead();
        } while (status == 100);
        return this;
    }

    private void readHead() throws IOException, TaskFailedException {
        var parts = line().split(" ", 3);
        try {
            status = Integer.parseInt(parts.length > 1 ? parts[1] : "");
        } catch (NumberFormatException e) {
            throw new TaskFailedException("Expected HTTP from the container engine", e);
        }
        var read = new LinkedHashMap<String, String>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                read.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        headers = read;
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("The connection ended");
            }
            if (line.length() > LONGEST_LINE) {
                throw new IOException("A line of the answer is too long");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    int status() {
        return status;
    }

    /// What comes after the head, to its end.
    InputStream body() {
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            return new Chunks();
        }
        var length = headers.get("content-length");
        if (length != null) {
            return new Bounded(Long.parseLong(length));
        }
        return status == 204 || status == 304 ? InputStream.nullInputStream() : in;
    }

    private final class Bounded extends InputStream {
        private long left;

        Bounded(long left) {
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(bytes, offset, (int) Math.min(left, length));
            if (count < 0) {
                throw new EOFException("The answer ended too early");
            }
            left -= count;
            return count;
        }
    }

    private final class Chunks extends InputStream {
        private long left;
        private boolean ended;
        private boolean begun;

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0 && !ended) {
                if (begun) {
                    line();
                }
                begun = true;
                left = Long.parseLong(line().replaceFirst(";.*", "").strip(), 16);
                ended = left == 0;
            }
            if (ended) {
                return -1;
            }
            int count = in.read(bytes, offset, (int) Math.min(left, length));
            if (count < 0) {
                throw new EOFException("The answer ended too early");
            }
            left -= count;
            return count;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
