// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The bytes of a file with secrets replaced, whatever the file holds else, and however large it
/// is. As in texts, line breaks within a secret don't hide it. What is compressed or encrypted
/// hides what is in it.
final class MaskedStream extends InputStream {
    private static final int CHUNK = 64 << 10;
    private static final int KEY_BYTES = 3;
    private static final byte[] MASK = Masker.MASK.getBytes(StandardCharsets.US_ASCII);

    private final InputStream source;
    private final Map<Integer, List<byte[]>> forms = new HashMap<>();
    private final boolean[] begins = new boolean[1 << 16];
    private final int longest;

    /// Bytes that are not yet out, line breaks among them.
    private byte[] raw;

    private int rawLength;
    private boolean ended;

    /// So many of the first bytes, line breaks not counted, belong to a secret that began before.
    private int hiddenAhead;

    private boolean inside;
    private byte[] ready = new byte[0];
    private int next;

    /// @param forms each of at least three bytes
    MaskedStream(InputStream source, Collection<String> forms) {
        this.source = source;
        int most = KEY_BYTES;
        for (var form : forms) {
            var bytes = form.getBytes(StandardCharsets.UTF_8);
            most = Math.max(most, bytes.length);
            this.forms.computeIfAbsent(key(bytes, 0), _ -> new ArrayList<>()).add(bytes);
            begins[(bytes[0] & 0xff) << 8 | (bytes[1] & 0xff)] = true;
        }
        this.longest = most;
        this.raw = new byte[2 * (CHUNK + longest)];
    }

    private static int key(byte[] bytes, int from) {
        return (bytes[from] & 0xff) << 16
                | (bytes[from + 1] & 0xff) << 8
                | (bytes[from + 2] & 0xff);
    }

    @Override
    public int read() throws IOException {
        return fill() ? ready[next++] & 0xff : -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, ready.length - next);
        System.arraycopy(ready, next, buffer, offset, count);
        next += count;
        return count;
    }

    /// Whether there is something to give.
    private boolean fill() throws IOException {
        while (next == ready.length) {
            if (ended && rawLength == 0) {
                return false;
            }
            readMore();
            emit();
        }
        return true;
    }

    private void readMore() throws IOException {
        if (rawLength > raw.length - CHUNK) {
            // many line breaks and little else
            raw = Arrays.copyOf(raw, 2 * raw.length);
        }
        int read = ended ? -1 : source.read(raw, rawLength, CHUNK);
        if (read < 0) {
            ended = true;
        } else {
            rawLength += read;
        }
    }

    private void emit() {
        var flat = new byte[rawLength];
        var rawIndex = new int[rawLength + 1];
        int length = 0;
        for (int i = 0; i < rawLength; i++) {
            if (!isLineBreak(raw[i])) {
                rawIndex[length] = i;
                flat[length++] = raw[i];
            }
        }
        rawIndex[length] = rawLength;
        // a secret that begins after that may go on in what is not yet read
        int decided = ended ? length : Math.max(0, length - longest + 1);
        var hidden = new boolean[length];
        Arrays.fill(hidden, 0, Math.min(hiddenAhead, length), true);
        for (int i = 0; i < decided; i++) {
            int end = i + longestAt(flat, i, length);
            if (end > i) {
                Arrays.fill(hidden, i, end, true);
            }
        }
        int out = ended ? rawLength : rawIndex[decided];
        ready = masked(out, hidden);
        next = 0;
        int ahead = decided;
        while (ahead < length && hidden[ahead]) {
            ahead++;
        }
        hiddenAhead = ahead - decided;
        System.arraycopy(raw, out, raw, 0, rawLength - out);
        rawLength -= out;
    }

    private int longestAt(byte[] flat, int at, int length) {
        if (length - at < KEY_BYTES || !begins[(flat[at] & 0xff) << 8 | (flat[at + 1] & 0xff)]) {
            return 0;
        }
        int found = 0;
        for (var form : forms.getOrDefault(key(flat, at), List.of())) {
            if (form.length > found
                    && form.length <= length - at
                    && Arrays.equals(flat, at, at + form.length, form, 0, form.length)) {
                found = form.length;
            }
        }
        return found;
    }

    private byte[] masked(int bytes, boolean[] hidden) {
        var masked = new byte[bytes + MASK.length * (bytes / 2 + 1)];
        int length = 0;
        int flat = 0;
        for (int i = 0; i < bytes; i++) {
            if (isLineBreak(raw[i])) {
                masked[length++] = raw[i];
            } else if (!hidden[flat++]) {
                masked[length++] = raw[i];
                inside = false;
            } else if (!inside) {
                System.arraycopy(MASK, 0, masked, length, MASK.length);
                length += MASK.length;
                inside = true;
            }
        }
        return Arrays.copyOf(masked, length);
    }

    private static boolean isLineBreak(byte b) {
        return b == '\n' || b == '\r';
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
