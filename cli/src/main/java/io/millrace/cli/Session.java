// SPDX-License-Identifier: Apache-2.0
package io.millrace.cli;

/// A command's connection to the server: made at the first use, closed with the command.
final class Session implements AutoCloseable {
    private final Http http = new Http();
    private final Api api;

    Session(Millrace millrace) {
        this.api = new Api(http, millrace.connection(), millrace.user());
    }

    Api api() {
        return api;
    }

    @Override
    public void close() {
        http.close();
    }
}
