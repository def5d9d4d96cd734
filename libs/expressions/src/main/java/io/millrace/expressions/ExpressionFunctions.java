// SPDX-License-Identifier: Apache-2.0
package io.millrace.expressions;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an expression reads beyond its variables. Whoever renders hands in what it has; a function
/// that it lacks ends in an error. Implementations throw [ExpressionException] with a message for
/// the author.
public interface ExpressionFunctions {

    /// Where there is nothing to read.
    ExpressionFunctions NONE = new ExpressionFunctions() {};

    /// @param namespace the flow's if null
    /// @param subkey the field of a secret that is a JSON object; all of it if null
    default String secret(String key, @Nullable String namespace, @Nullable String subkey) {
        throw notAvailable("secret");
    }

    /// @param namespace the flow's if null
    /// @return null if there is no such key and `errorOnMissing` is false
    /// @throws MissingValueException if there is no such key otherwise
    default @Nullable Object kv(String key, @Nullable String namespace, boolean errorOnMissing) {
        throw notAvailable("kv");
    }

    /// The content of a file of the execution (a URI) or of the namespace (a path).
    default String read(String file, @Nullable String namespace) {
        throw notAvailable("read");
    }

    /// The URI of a file of the namespace.
    default String fileUri(String path, @Nullable String namespace) {
        throw notAvailable("fileURI");
    }

    /// In bytes.
    default long fileSize(String file, @Nullable String namespace) {
        throw notAvailable("fileSize");
    }

    default boolean fileExists(String file, @Nullable String namespace) {
        throw notAvailable("fileExists");
    }

    /// The error logs of the failed tasks: `taskId`, `message`, `level`, `timestamp`.
    default List<? extends Map<String, ?>> errorLogs() {
        throw notAvailable("errorLogs");
    }

    /// @param request `uri`, `method`, `query`, `body`, `contentType`, `headers`, as far as they
    ///   are given
    default @Nullable Object http(Map<String, ?> request) {
        throw notAvailable("http");
    }

    /// A flow to run, and what to start it with.
    ///
    /// @param revision the newest if null
    /// @param timeout how long to wait for its end; the installation's default if null
    record SubflowCall(
            String namespace,
            String id,
            @Nullable Integer revision,
            Map<String, @Nullable Object> inputs,
            Map<String, String> labels,
            @Nullable Duration timeout) {}

    /// Runs a flow and waits for its end.
    ///
    /// @return `id`, `state`, `outputs` and `labels` of the execution
    default Map<String, @Nullable Object> subflow(SubflowCall call) {
        throw notAvailable("subflow");
    }

    private static ExpressionException notAvailable(String function) {
        return new ExpressionException("Function [" + function + "] is not available here");
    }
}
