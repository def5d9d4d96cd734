// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.redis;

/// What tasks name.
interface Server {
    /// Such as `redis://user:password@host:6379/0`; `rediss` for TLS.
    String url();
}
