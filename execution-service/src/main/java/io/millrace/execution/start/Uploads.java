// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution.start;

import io.millrace.engine.FlowPlan;
import io.millrace.platform.access.Caller;
import io.millrace.platform.problem.ServiceException;
import io.millrace.storage.ExecutionFolder;
import io.millrace.storage.InternalStorage;
import io.millrace.storage.StorageAccessException;
import io.millrace.storage.StoragePath;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;

/// Files that come with a request go to the internal storage; inputs are their URIs.
public final class Uploads {
    private final InternalStorage storage;

    public Uploads(InternalStorage storage) {
        this.storage = storage;
    }

    /// @return URI of the stored file, or nothing if the flow has no such input
    String store(FlowPlan plan, String executionId, String input, Part file) {
        var flow = plan.flow();
        var folder =
                new ExecutionFolder(
                        Caller.current().tenant(), flow.namespace(), flow.id(), executionId);
        var submitted = Objects.requireNonNullElse(file.getSubmittedFileName(), input);
        var name = submitted.substring(submitted.replace('\\', '/').lastIndexOf('/') + 1);
        var path = path(folder, input, name.isBlank() ? input : name);
        try (var content = file.getInputStream()) {
            storage.put(path, content);
        } catch (UncheckedIOException | IOException e) {
            throw new ServiceException.Unavailable(
                    "The file can't be stored for now", Duration.ofSeconds(5), e);
        }
        return path.uri().toString();
    }

    /// A file that came with what starts an execution, such as a webhook's.
    ///
    /// @param number of the file among those of the execution
    /// @return URI of the stored file
    String store(ExecutionFolder folder, int number, String name, InputStream content) {
        StoragePath path;
        try {
            path = folder.ofTrigger(number, name);
        } catch (StorageAccessException _) {
            throw new ServiceException.Invalid("name", "Expected a file with a plain name");
        }
        try {
            storage.put(path, content);
        } catch (UncheckedIOException | IOException e) {
            throw new ServiceException.Unavailable(
                    "The file can't be stored for now", Duration.ofSeconds(5), e);
        }
        return path.uri().toString();
    }

    private static StoragePath path(ExecutionFolder folder, String input, String name) {
        try {
            return folder.ofInput(input, name);
        } catch (StorageAccessException _) {
            throw new ServiceException.Invalid(
                    "inputs." + input, "Expected a file with a plain name");
        }
    }
}
