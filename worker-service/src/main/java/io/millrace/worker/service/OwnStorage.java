// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker.service;

import io.millrace.plugin.EgressScope;
import io.millrace.storage.InternalStorage;
import io.millrace.storage.StoragePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// The internal storage, which Millrace connects to and not the task: no egress policy is about it.
public record OwnStorage(InternalStorage storage) implements InternalStorage {

    @Override
    public long put(StoragePath path, InputStream content) throws IOException {
        return EgressScope.outside(() -> storage.put(path, content));
    }

    @Override
    public InputStream get(StoragePath path) throws IOException {
        return EgressScope.outside(() -> storage.get(path));
    }

    @Override
    public long size(StoragePath path) throws IOException {
        return EgressScope.outside(() -> storage.size(path));
    }

    @Override
    public boolean exists(StoragePath path) throws IOException {
        return EgressScope.outside(() -> storage.exists(path));
    }

    @Override
    public boolean delete(StoragePath path) throws IOException {
        return EgressScope.outside(() -> storage.delete(path));
    }

    @Override
    public List<StoragePath> list(StoragePath folder) throws IOException {
        return EgressScope.outside(() -> storage.list(folder));
    }

    @Override
    public List<StoragePath> listAll(String tenant) throws IOException {
        return EgressScope.outside(() -> storage.listAll(tenant));
    }

    @Override
    public void copy(StoragePath from, StoragePath to) throws IOException {
        EgressScope.outside(() -> {
            storage.copy(from, to);
            return true;
        });
    }

    @Override
    public List<StoragePath> deleteFolder(StoragePath folder) throws IOException {
        return EgressScope.outside(() -> storage.deleteFolder(folder));
    }

    @Override
    public void close() {
        storage.close();
    }
}
