// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.log;

import io.millrace.contracts.Codec;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Replaces the secrets that a task has read: as they are, encoded in the usual ways, and also
/// where line breaks divide them.
///
/// Texts are searched with their line breaks left out, so wrapped Base64, a key of many lines and a
/// value that was printed in two halves are found by the same search.
public final class Masker {
    static final String MASK = "******";

    /// Shorter values would mask half of every log.
    private static final int SHORTEST = 3;

    /// A line that ends with so much of a secret waits for the next one.
    private static final int SHORTEST_PREFIX = 4;

    /// What URL encoders leave as it is: Java's, that of RFC 3986, Python's, JavaScript's.
    private static final List<String> UNESCAPED = List.of("*-._", "-._~", "-._~/", "-._~!'()*");

    private static final Pattern WORDS = Pattern.compile("[^A-Za-z0-9_]+");

    /// A word of a secret that is so long is one of its own.
    private static final int LONG_WORD = 16;

    private static final char LINE_END = '\0';

    private final Set<String> secrets = new HashSet<>();
    private volatile List<String> forms = List.of();

    /// Masks this value from now on. Of a JSON object, its texts too.
    public synchronized void add(String secret) {
        if (!secrets.add(secret)) {
            return;
        }
        var all = new HashSet<>(forms);
        addForms(secret, all);
        if (secret.stripLeading().startsWith("{")) {
            try {
                addLeaves(Codec.decode(secret.getBytes(StandardCharsets.UTF_8), Map.class), all);
            } catch (JacksonException _) {
                // only looked like JSON
            }
        }
        forms = all.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
    }

    private static void addLeaves(@Nullable Object value, Set<String> forms) {
        switch (value) {
            case String text -> addForms(text, forms);
            case Map<?, ?> map -> map.values().forEach(v -> addLeaves(v, forms));
            case List<?> list -> list.forEach(v -> addLeaves(v, forms));
            case null, default -> {}
        }
    }

    private static void addForms(String secret, Set<String> forms) {
        addEncodings(secret, forms);
        addEncodings(secret.strip(), forms);
        secret.lines().forEach(line -> addEncodings(line.strip(), forms));
    }

    private static void addEncodings(String value, Set<String> forms) {
        if (value.length() < SHORTEST) {
            return;
        }
        addForm(value, forms);
        for (var unescaped : UNESCAPED) {
            var url = percentEncoded(value, unescaped);
            addForm(url, forms);
            addForm(lowerEscapes(url), forms);
            addForm(url.replace("%20", "+"), forms);
        }
        var json = escapedAsJson(value);
        for (var escaped : List.of(json, json.replace("/", "\\/"), asciiOnly(json))) {
            addForm(escaped, forms);
            // JSON within JSON
            addForm(escapedAsJson(escaped), forms);
        }
        // as Python shows a text
        var shown = value.replace("\\", "\\\\");
        addForm(shown, forms);
        addForm(shown.replace("'", "\\'"), forms);
        var xml = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        addForm(xml, forms);
        for (var quote : List.of("&quot;", "&#34;")) {
            for (var apostrophe : List.of("'", "&#39;", "&#x27;", "&apos;")) {
                addForm(xml.replace("\"", quote).replace("'", apostrophe), forms);
            }
        }
        // as a shell quotes
        addForm(value.replace("'", "'\\''"), forms);
        addForm(value.replace("'", "'\"'\"'"), forms);
        // whatever else is done to the other characters, long words stay as they are
        for (var word : WORDS.split(value)) {
            if (word.length() >= LONG_WORD) {
                addForm(word, forms);
            }
        }
        var bytes = value.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > SHORTEST) {
            addForm(HexFormat.of().formatHex(bytes), forms);
            addForm(HexFormat.of().withUpperCase().formatHex(bytes), forms);
            addBase64(bytes, Base64.getEncoder(), forms);
            addBase64(bytes, Base64.getUrlEncoder(), forms);
        }
    }

    private static String escapedAsJson(String text) {
        var json = new String(Codec.encode(text), StandardCharsets.UTF_8);
        return json.substring(1, json.length() - 1);
    }

    /// RFC 3986, 2.1, but with what some let stand beside letters and digits.
    private static String percentEncoded(String value, String unescaped) {
        var encoded = new StringBuilder();
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain =
                    (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (plain || unescaped.indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return encoded.toString();
    }

    /// As writers of JSON do that trust no encoding.
    private static String asciiOnly(String json) {
        var escaped = new StringBuilder();
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c < 0x7f) {
                escaped.append(c);
            } else {
                escaped.append("\\u").append(HexFormat.of().toHexDigits(c));
            }
        }
        return escaped.toString();
    }

    private static String lowerEscapes(String url) {
        var lower = new StringBuilder(url);
        for (int i = 0; i < url.length() - 2; i++) {
            if (url.charAt(i) == '%') {
                lower.setCharAt(i + 1, Character.toLowerCase(url.charAt(i + 1)));
                lower.setCharAt(i + 2, Character.toLowerCase(url.charAt(i + 2)));
            }
        }
        return lower.toString();
    }

    /// Base64 of a text that contains the secret shows one of three forms, by where it begins; the
    /// first and last characters mix with its neighbours.
    private static void addBase64(byte[] bytes, Base64.Encoder encoder, Set<String> forms) {
        for (int offset = 0; offset < 3; offset++) {
            var padded = new byte[bytes.length + offset];
            System.arraycopy(bytes, 0, padded, offset, bytes.length);
            var text = encoder.withoutPadding().encodeToString(padded);
            int from = new int[] {0, 2, 3}[offset];
            int to = padded.length % 3 == 0 ? text.length() : text.length() - 1;
            if (to - from >= 2 * SHORTEST) {
                addForm(text.substring(from, to), forms);
            }
        }
        addForm(encoder.encodeToString(bytes), forms);
    }

    private static void addForm(String form, Set<String> forms) {
        var flat = flatten(form);
        if (flat.length() >= SHORTEST) {
            forms.add(flat);
        }
    }

    public String mask(String text) {
        var known = forms;
        if (known.isEmpty()) {
            return text;
        }
        var flat = flatten(text);
        var hidden = new boolean[flat.length()];
        boolean any = false;
        for (var form : known) {
            for (int at = flat.indexOf(form); at >= 0; at = flat.indexOf(form, at + 1)) {
                Arrays.fill(hidden, at, at + form.length(), true);
                any = true;
            }
        }
        return any ? hide(text, hidden) : text;
    }

    private static String hide(String text, boolean[] hidden) {
        var masked = new StringBuilder(text.length());
        int next = 0;
        boolean inside = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isLineBreak(c)) {
                masked.append(c);
                continue;
            }
            boolean hide = hidden[next++];
            if (!hide) {
                masked.append(c);
            } else if (!inside) {
                masked.append(MASK);
            }
            inside = hide;
        }
        return masked.toString();
    }

    /// Whether there is a secret in it.
    public boolean finds(@Nullable Object value) {
        return value != null && !forms.isEmpty() && !value.equals(maskTree(value));
    }

    /// The content of a file with what is known now masked.
    public InputStream mask(InputStream content) {
        var known = forms;
        return known.isEmpty() ? content : new MaskedStream(content, known);
    }

    /// Masks lines that follow each other.
    List<String> maskLines(List<String> lines) {
        if (forms.isEmpty() || lines.isEmpty()) {
            return lines;
        }
        var masked = mask(String.join(String.valueOf(LINE_END), lines));
        return List.of(masked.split(String.valueOf(LINE_END), -1));
    }

    /// How many of the last lines may be the beginning of a secret that goes on.
    int unfinished(List<String> lines) {
        int longest = forms.stream().mapToInt(String::length).max().orElse(0);
        var tail = new StringBuilder();
        int most = 0;
        for (int held = 1; held <= lines.size() && tail.length() < longest; held++) {
            int shorter = tail.length();
            tail.insert(0, flatten(lines.get(lines.size() - held)));
            for (var form : forms) {
                int from = Math.min(form.length() - 1, tail.length());
                for (int n = from; n > shorter && n >= SHORTEST_PREFIX; n--) {
                    if (form.startsWith(tail.substring(tail.length() - n))) {
                        most = held;
                    }
                }
            }
        }
        return most;
    }

    /// Masks all texts in maps and lists, and numbers that are secrets.
    public @Nullable Object maskTree(@Nullable Object value) {
        if (forms.isEmpty()) {
            return value;
        }
        return switch (value) {
            case String text -> mask(text);
            case Number number -> {
                var text = number.toString();
                yield forms.contains(text) ? MASK : number;
            }
            case Map<?, ?> map -> {
                var masked = LinkedHashMap.<String, @Nullable Object>newLinkedHashMap(map.size());
                map.forEach((k, v) -> masked.put(mask(String.valueOf(k)), maskTree(v)));
                yield masked;
            }
            case List<?> list -> {
                var masked = new ArrayList<@Nullable Object>(list.size());
                list.forEach(v -> masked.add(maskTree(v)));
                yield masked;
            }
            case null, default -> value;
        };
    }

    private static String flatten(String text) {
        var flat = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLineBreak(c)) {
                flat.append(c);
            }
        }
        return flat.toString();
    }

    private static boolean isLineBreak(char c) {
        return c == '\n' || c == '\r' || c == LINE_END;
    }
}
