// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.access;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/// The decision about access, with those who want to know of refusals.
@AutoConfiguration
@EnableConfigurationProperties(TaskReach.class)
public class AccessAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    Access access(ObjectProvider<Access.RefusalListener> listeners) {
        return new Access((caller, permission, resource) ->
                listeners.forEach(l -> l.refused(caller, permission, resource)));
    }
}
