// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.run;

import io.millrace.plugin.ExecutionLogs;
import io.millrace.plugin.KeyValues;
import io.millrace.plugin.NamespaceFiles;
import io.millrace.plugin.NamespaceTrees;
import io.millrace.plugin.Purges;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.TaskStores;
import io.millrace.worker.log.Masker;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Stores into which a task writes none of the secrets that it has read: others read them there
/// without being asked whether they may. A value is refused, so that nobody finds a mask in its
/// place; the content of a file is masked.
record GuardedStores(TaskStores stores, Masker masker) implements TaskStores {

    @Override
    public KeyValues keyValues() {
        return new GuardedKeyValues(stores.keyValues(), masker);
    }

    @Override
    public NamespaceFiles namespaceFiles() {
        return new GuardedFiles(stores.namespaceFiles(), masker);
    }

    @Override
    public ExecutionLogs logs() {
        return stores.logs();
    }

    @Override
    public Purges purges() {
        return stores.purges();
    }

    /// What a tree holds, others read where it comes from: there is nothing to hide.
    @Override
    public NamespaceTrees trees() {
        return stores.trees();
    }

    private record GuardedKeyValues(KeyValues values, Masker masker) implements KeyValues {

        @Override
        public Optional<Typed> get(@Nullable String namespace, String key)
                throws TaskFailedException {
            return values.get(namespace, key);
        }

        @Override
        public int put(String namespace, String key, Put put) throws TaskFailedException {
            if (masker.finds(put.value()) || masker.finds(put.description()) || masker.finds(key)) {
                throw new TaskFailedException(
                        "A key or value of the key-value store can't hold a secret: store it as a"
                                + " secret");
            }
            return values.put(namespace, key, put);
        }

        @Override
        public boolean delete(String namespace, String key) throws TaskFailedException {
            return values.delete(namespace, key);
        }

        @Override
        public List<String> keys(String namespace, @Nullable String prefix)
                throws TaskFailedException {
            return values.keys(namespace, prefix);
        }
    }

    private record GuardedFiles(NamespaceFiles files, Masker masker) implements NamespaceFiles {

        @Override
        public List<Entry> list(String namespace) throws IOException, TaskFailedException {
            return files.list(namespace);
        }

        @Override
        public InputStream open(Entry entry) throws IOException, TaskFailedException {
            return files.open(entry);
        }

        @Override
        public URI put(String namespace, String path, Content content, Conflict conflict)
                throws IOException, TaskFailedException {
            return files.put(
                    namespace, masker.mask(path), () -> masker.mask(content.open()), conflict);
        }

        @Override
        public boolean delete(String namespace, String path) throws TaskFailedException {
            return files.delete(namespace, path);
        }
    }
}
