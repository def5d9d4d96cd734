// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.http;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How services call each other.
///
/// @param services where each service is, by its short name such as `flow`
/// @param internalHttp bounds of such calls
@ConfigurationProperties("millrace")
public record InternalClientProperties(
        Map<String, Service> services, @DefaultValue Bounds internalHttp) {

    /// @param url base, without a slash at the end
    public record Service(URI url) {}

    /// @param connectTimeout until the connection stands
    /// @param readTimeout until the answer is there
    /// @param attempts how often a call is made at most
    /// @param pause before the second attempt; it doubles, and half of it is random
    /// @param concurrent calls to one service at once; more wait for `readTimeout` at most
    /// @param openFor how long no call is made once half of the last ones failed
    public record Bounds(
            @DefaultValue("1s") Duration connectTimeout,
            @DefaultValue("5s") Duration readTimeout,
            @DefaultValue("3") int attempts,
            @DefaultValue("50ms") Duration pause,
            @DefaultValue("64") int concurrent,
            @DefaultValue("1s") Duration openFor) {}
}
