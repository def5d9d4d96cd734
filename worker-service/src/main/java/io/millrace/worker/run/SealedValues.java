// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import static java.util.Objects.requireNonNull;

import io.millrace.expressions.Encrypted;
import io.millrace.platform.crypto.TamperedException;
import io.millrace.platform.crypto.ValueCipher;
import io.millrace.worker.log.Masker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The encrypted texts among the variables of one job. They are open for as long as the job runs;
/// in what it gives back they are closed again.
final class SealedValues {
    private final ValueCipher cipher;
    private final String tenant;
    private final Masker masker;

    /// Ciphertext by text.
    private final Map<String, String> opened = new HashMap<>();

    SealedValues(ValueCipher cipher, String tenant, Masker masker) {
        this.cipher = cipher;
        this.tenant = tenant;
        this.masker = masker;
    }

    /// The variables with each encrypted text opened. What is encrypted for another tenant, or not
    /// by this installation, stays masked.
    @SuppressWarnings("unchecked") // a map is replaced by a map
    Map<String, @Nullable Object> opened(Map<String, @Nullable Object> variables) {
        if (!Encrypted.within(variables)) {
            return variables;
        }
        return (Map<String, @Nullable Object>)
                requireNonNull(Encrypted.replaced(variables, this::open));
    }

    private String open(String ciphertext) {
        try {
            var text = cipher.open(tenant, ciphertext);
            opened.put(text, ciphertext);
            masker.add(text);
            return text;
        } catch (TamperedException _) {
            return Encrypted.MASK;
        }
    }

    /// Has a text that the task has come by encrypted in what it gives back.
    void conceal(String text) {
        opened.put(text, cipher.seal(tenant, text));
        masker.add(text);
    }

    /// Outputs as they may leave the worker: a text that was encrypted is so again, for the tasks
    /// that read it; within other texts it is masked.
    @Nullable Object hidden(@Nullable Object outputs) {
        if (opened.isEmpty()) {
            return masker.maskTree(outputs);
        }
        return switch (outputs) {
            case String text -> {
                var ciphertext = opened.get(text);
                yield ciphertext == null ? masker.mask(text) : Encrypted.of(ciphertext);
            }
            case Map<?, ?> map -> {
                var hidden = LinkedHashMap.<String, @Nullable Object>newLinkedHashMap(map.size());
                map.forEach((k, v) -> hidden.put(masker.mask(String.valueOf(k)), hidden(v)));
                yield hidden;
            }
            case List<?> list -> {
                var hidden = new ArrayList<@Nullable Object>(list.size());
                list.forEach(v -> hidden.add(hidden(v)));
                yield hidden;
            }
            case null, default -> masker.maskTree(outputs);
        };
    }
}
