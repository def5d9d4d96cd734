// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.broker;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.ConstructorBinding;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// Where the broker is and how it is used.
///
/// @param uri AMQP URI with credentials; it is never logged
/// @param dialect what differs between brokers
/// @param installation prefix of all names on the broker
/// @param confirmTimeout how long a batch may wait for its confirms before it counts as lost
/// @param connectTimeout how long one attempt to connect may take
/// @param declares whether it makes the exchanges and queues that all share; a worker whose broker
///   user may not leaves it to others
@Validated
@ConfigurationProperties("millrace.broker")
public record BrokerProperties(
        @DefaultValue("amqp://guest:guest@127.0.0.1:5672") URI uri,
        @DefaultValue("rabbitmq") BrokerDialect dialect,
        @DefaultValue("millrace") @NotBlank @Pattern(regexp = "[a-z0-9-]+") String installation,
        @DefaultValue("20s") Duration confirmTimeout,
        @DefaultValue("3s") Duration connectTimeout,
        @DefaultValue("true") boolean declares) {

    @ConstructorBinding
    public BrokerProperties {}

    public BrokerProperties(
            URI uri,
            BrokerDialect dialect,
            String installation,
            Duration confirmTimeout,
            Duration connectTimeout) {
        this(uri, dialect, installation, confirmTimeout, connectTimeout, true);
    }
}
