// SPDX-License-Identifier: Apache-2.0
package io.millrace.engine.inputs;

import io.millrace.expressions.ExpressionException;
import io.millrace.expressions.ExpressionFunctions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All but secrets: what isn't an input of type SECRET is stored, and shown, as it is.
record NoSecrets(ExpressionFunctions all) implements ExpressionFunctions {

    @Override
    public String secret(String key, @Nullable String namespace, @Nullable String subkey) {
        throw new ExpressionException(
                "The 'secret' function can only be used in the defaults of inputs of type SECRET");
    }

    @Override
    public @Nullable Object kv(String key, @Nullable String namespace, boolean errorOnMissing) {
        return all.kv(key, namespace, errorOnMissing);
    }

    @Override
    public String read(String file, @Nullable String namespace) {
        return all.read(file, namespace);
    }

    @Override
    public String fileUri(String path, @Nullable String namespace) {
        return all.fileUri(path, namespace);
    }

    @Override
    public long fileSize(String file, @Nullable String namespace) {
        return all.fileSize(file, namespace);
    }

    @Override
    public boolean fileExists(String file, @Nullable String namespace) {
        return all.fileExists(file, namespace);
    }

    @Override
    public List<? extends Map<String, ?>> errorLogs() {
        return all.errorLogs();
    }

    @Override
    public @Nullable Object http(Map<String, ?> request) {
        return all.http(request);
    }

    @Override
    public Map<String, @Nullable Object> subflow(SubflowCall call) {
        return all.subflow(call);
    }
}
