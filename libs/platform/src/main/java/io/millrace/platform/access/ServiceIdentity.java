// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

/// Another service of the suite.
///
/// @param name such as `execution`
public record ServiceIdentity(String name) implements Identity {

    @Override
    public String subject() {
        return "service:" + name;
    }
}
