// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.crypto;

import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CryptoProperties.class)
class CryptoConfiguration {

    @Bean
    Envelopes envelopes(CryptoProperties properties, Clock clock) {
        return new Envelopes(properties.masterKeys(clock), new SecureRandom());
    }
}
