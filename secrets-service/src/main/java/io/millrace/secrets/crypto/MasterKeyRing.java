// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.crypto;

import java.util.List;

/// Several places of master keys: the first wraps, each unwraps what it has wrapped, so that keys
/// move from one place to another while the service runs.
record MasterKeyRing(List<MasterKey> places) implements MasterKey {
    MasterKeyRing {
        places = List.copyOf(places);
    }

    @Override
    public String current() {
        return places.getFirst().current();
    }

    @Override
    public boolean knows(String id) {
        return places.stream().anyMatch(place -> place.knows(id));
    }

    private MasterKey of(String id) {
        return places.stream()
                .filter(place -> place.knows(id))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("Master key " + id + " is not configured"));
    }

    @Override
    public byte[] wrap(String id, byte[] key, byte[] boundTo) {
        return of(id).wrap(id, key, boundTo);
    }

    @Override
    public byte[] unwrap(String id, byte[] wrapped, byte[] boundTo) {
        return of(id).unwrap(id, wrapped, boundTo);
    }

    @Override
    public boolean isRemote() {
        return places.stream().anyMatch(MasterKey::isRemote);
    }

    @Override
    public void refresh() {
        places.forEach(MasterKey::refresh);
    }
}
