// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.support.EnvironmentPostProcessorApplicationListener;
import org.springframework.boot.support.EnvironmentPostProcessorsFactory;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/// Starts a service: its own `<service>.yml` over the common `platform.yml`, and over both what the
/// operator says in the file named by `millrace.config` (or `MILLRACE_CONFIG`) and in environment
/// variables.
public final class ServiceLauncher {
    private ServiceLauncher() {}

    /// @param application the service's `@SpringBootApplication`
    /// @param service such as `flow-service`: the name of its configuration file
    public static ConfigurableApplicationContext run(
            Class<?> application, String service, String... args) {
        return run(application, service, Map.of(), args);
    }

    /// Starts a service beside others in one JVM.
    ///
    /// @param overrides properties that win over files and environment, such as `server.port`
    public static ConfigurableApplicationContext run(
            Class<?> application, String service, Map<String, String> overrides, String... args) {
        var spring = new SpringApplication(application);
        spring.setWebApplicationType(WebApplicationType.SERVLET);
        spring.setBannerMode(Banner.Mode.OFF);
        spring.setLogStartupInfo(false);
        spring.setRegisterShutdownHook(true);
        spring.setListeners(listeners(spring));
        spring.setDefaultProperties(defaults(service));
        return spring.run(arguments(overrides, args));
    }

    /// Boot's own listeners. What else is on the class path belongs to another service: the
    /// gateway's library, for one, turns multipart requests off wherever it is found.
    private static List<ApplicationListener<?>> listeners(SpringApplication spring) {
        var all = EnvironmentPostProcessorsFactory.fromSpringFactories(spring.getClassLoader());
        EnvironmentPostProcessorsFactory own =
                (logs, bootstrap) ->
                        all.getEnvironmentPostProcessors(logs, bootstrap).stream()
                                .filter(ServiceLauncher::isBoots)
                                .toList();
        var listeners = new ArrayList<ApplicationListener<?>>();
        listeners.add(EnvironmentPostProcessorApplicationListener.with(own));
        spring.getListeners().stream()
                .filter(ServiceLauncher::isBoots)
                .filter(l -> !(l instanceof EnvironmentPostProcessorApplicationListener))
                .forEach(listeners::add);
        return listeners;
    }

    private static boolean isBoots(Object part) {
        return part.getClass().getName().startsWith("org.springframework.boot.");
    }

    /// The properties that lead Spring to a service's configuration; tests that start a context
    /// without this class set them.
    public static Map<String, Object> defaults(String service) {
        var properties = new HashMap<String, Object>();
        // of two files, the one named later wins
        properties.put("spring.config.name", "platform," + service);
        properties.put("spring.application.name", service);
        var operators = System.getProperty("millrace.config", System.getenv("MILLRACE_CONFIG"));
        if (operators != null && !operators.isBlank()) {
            properties.put("spring.config.additional-location", "file:" + operators);
        }
        return properties;
    }

    private static String[] arguments(Map<String, String> overrides, String... args) {
        var all = new ArrayList<String>();
        overrides.forEach((key, value) -> all.add("--" + key + "=" + value));
        all.addAll(List.of(args));
        return all.toArray(String[]::new);
    }
}
