// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow.files;

import io.millrace.storage.InternalStorage;
import io.millrace.storage.StorageSettings;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/// Where files are kept.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FileProperties.class)
class FileConfiguration {

    @Bean
    InternalStorage internalStorage(Environment environment) {
        return InternalStorage.open(
                Binder.get(environment)
                        .bindOrCreate("millrace.storage", Bindable.of(StorageSettings.class)));
    }
}
