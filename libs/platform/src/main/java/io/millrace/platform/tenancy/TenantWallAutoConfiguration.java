// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.tenancy;

import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/// Puts the wall around the database pool of a service.
@AutoConfiguration
@ConditionalOnClass(DelegatingDataSource.class)
public class TenantWallAutoConfiguration {

    @Bean
    static TenantWall tenantWall(Environment environment) {
        return new TenantWall(
                environment.getProperty("millrace.tenant-wall.enabled", Boolean.class, true),
                environment.getProperty("millrace.tenant-wall.required", Boolean.class, false),
                environment.getProperty("millrace.tenant-wall.strict", Boolean.class, true));
    }

    @Bean
    static BeanPostProcessor tenantWallAroundPools(TenantWall wall) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof DataSource pool && !(bean instanceof WalledDataSource)
                        ? wall.around(pool)
                        : bean;
            }
        };
    }

    /// The tables are there by then, and no request has come.
    @Bean
    SmartInitializingSingleton tenantWallBuilder(TenantWall wall, ObjectProvider<DataSource> pool) {
        return () -> pool.ifAvailable(wall::build);
    }

    @Bean
    ApplicationListener<ContextRefreshedEvent> tenantWallIsStarted(TenantWall wall) {
        return _ -> wall.started();
    }
}
