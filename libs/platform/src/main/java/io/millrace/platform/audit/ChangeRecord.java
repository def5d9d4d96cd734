// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.audit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/// The record that the present request's route will make of what it changes. Who says here what
/// that was has it recorded even if the request fails later on; without a request it does nothing.
public final class ChangeRecord {
    private static final String OPEN = ChangeRecord.class.getName();

    /// A list of ids is cut there.
    private static final int MOST_CHARS = 30_000;

    private final Runnable write;
    private final Map<String, StringBuilder> notes = new LinkedHashMap<>();

    private ChangeRecord(Runnable write) {
        this.write = write;
    }

    static void open(Runnable write) {
        var request = RequestContextHolder.getRequestAttributes();
        if (request != null) {
            request.setAttribute(OPEN, new ChangeRecord(write), RequestAttributes.SCOPE_REQUEST);
        }
    }

    private static @Nullable ChangeRecord current() {
        var request = RequestContextHolder.getRequestAttributes();
        return request == null
                ? null
                : (ChangeRecord) request.getAttribute(OPEN, RequestAttributes.SCOPE_REQUEST);
    }

    /// Adds something that was changed, such as the id of an execution that was started.
    public static void note(String name, String value) {
        var record = current();
        if (record == null) {
            return;
        }
        var text = record.notes.computeIfAbsent(name, _ -> new StringBuilder());
        if (text.length() + value.length() < MOST_CHARS) {
            text.append(text.isEmpty() ? "" : ",").append(value);
        } else if (text.charAt(text.length() - 1) != '…') {
            text.append(",…");
        }
    }

    /// Writes the record before the request is done, such as before a long wait.
    public static void now() {
        var record = current();
        if (record != null) {
            record.write.run();
        }
    }

    static Map<String, String> notes() {
        var notes = new LinkedHashMap<String, String>();
        var record = current();
        if (record != null) {
            record.notes.forEach((name, text) -> notes.put(name, text.toString()));
        }
        return notes;
    }
}
