// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.camel;

import io.millrace.plugin.TaskContext;
import io.millrace.plugin.TaskFailedException;
import io.millrace.plugin.kit.Cancelling;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelException;
import org.apache.camel.Endpoint;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.catalog.impl.DefaultRuntimeCamelCatalog;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PropertyBindingSupport;
import org.apache.camel.util.URISupport;

/// Camel for one task: no route, no bean, nothing of the worker's environment.
final class Camel implements AutoCloseable {
    private final DefaultCamelContext context;
    private final EndpointRules rules;
    private final ClassLoader before;

    private Camel(DefaultCamelContext context, EndpointRules rules, ClassLoader before) {
        this.context = context;
        this.rules = rules;
        this.before = before;
    }

    /// What is done with an endpoint.
    @FunctionalInterface
    interface Work<T> {
        T with(Camel camel, Endpoint endpoint) throws Exception;
    }

    /// For the time of a task: a kill ends it. Errors are in words.
    static <T> T run(EndpointRules rules, Target target, TaskContext context, Work<T> work)
            throws Exception {
        try (var camel = start(rules);
                var _ = Cancelling.closes(camel.context(), context)) {
            return work.with(camel, camel.endpoint(target));
        } catch (CamelException | RuntimeCamelException e) {
            throw failure(e);
        }
    }

    static Exception failure(Exception e) {
        if (Thread.interrupted() || e.getCause() instanceof InterruptedException) {
            return new InterruptedException();
        }
        return e.getCause() instanceof TaskFailedException said
                ? said
                : new TaskFailedException("The endpoint fails: " + words(e), e);
    }

    static Camel start(EndpointRules rules) {
        var thread = Thread.currentThread();
        var before = thread.getContextClassLoader();
        var own = Camel.class.getClassLoader();
        // components, and what they use, look for services there
        thread.setContextClassLoader(own);
        var context = new DefaultCamelContext(false);
        context.setApplicationContextClassLoader(own);
        context.disableJMX();
        context.setStartupSummaryLevel(StartupSummaryLevel.Off);
        context.setPropertiesComponent(placeholders());
        context.getShutdownStrategy().setTimeout(2);
        context.start();
        return new Camel(context, rules, before);
    }

    /// Knows nothing of the worker's environment.
    private static PropertiesComponent placeholders() {
        var none = new PropertiesComponent();
        none.setSystemPropertiesMode(PropertiesComponent.SYSTEM_PROPERTIES_MODE_NEVER);
        none.setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_NEVER);
        return none;
    }

    CamelContext context() {
        return context;
    }

    /// @throws TaskFailedException if there is no such component, a parameter is wrong, or a task
    ///   may not connect to it
    Endpoint endpoint(Target target) throws TaskFailedException {
        var uri = target.uri().strip();
        int colon = uri.indexOf(':');
        if (colon < 1) {
            throw new TaskFailedException("Expected an endpoint's URI such as ftp:host/directory");
        }
        var scheme = uri.substring(0, colon);
        if (!scheme.matches("[A-Za-z][A-Za-z0-9+.-]*")) {
            throw new TaskFailedException("Expected the name of a component before the first ':'");
        }
        var parameters = new HashMap<String, Object>();
        var given = target.parameters();
        if (given != null) {
            given.forEach((name, value) -> {
                if (value != null) {
                    parameters.put(name, value instanceof String text ? text : value.toString());
                }
            });
        }
        var component = context.getComponent(scheme);
        if (component == null) {
            throw new TaskFailedException(
                    "There is no component %s here: install camel-%s, or what has it"
                            .formatted(scheme, scheme));
        }
        rules.check(scheme, uri, said(scheme, uri, parameters));
        if (scheme.equals("http") || scheme.equals("https")) {
            // by itself it waits for minutes for a host that doesn't answer
            PropertyBindingSupport.build().bind(context, component, "connectTimeout", "10000");
        }
        Endpoint endpoint;
        try {
            endpoint = context.getEndpoint(uri, parameters);
        } catch (ResolveEndpointFailedException e) {
            throw new TaskFailedException("The endpoint is wrong: " + words(e), e);
        }
        rules.check(scheme, endpoint);
        return endpoint;
    }

    /// What the URI says by the component's own description, and what the parameters do.
    private Map<String, String> said(String scheme, String uri, Map<String, Object> parameters)
            throws TaskFailedException {
        int query = uri.indexOf('?');
        var path = query < 0 ? uri : uri.substring(0, query);
        var all = new LinkedHashMap<String, String>();
        var catalog = new DefaultRuntimeCamelCatalog();
        catalog.setCamelContext(context);
        try {
            all.putAll(query(uri));
        } catch (URISyntaxException e) {
            throw new TaskFailedException("Expected name=value pairs after the '?' of `uri`", e);
        }
        try {
            all.putAll(catalog.endpointProperties(path));
        } catch (URISyntaxException | IllegalArgumentException _) {
            // a component without a description, or another idea of URIs: what stands where hosts
            // do is taken for one
            all.put("host", path.substring(scheme.length() + 1));
        }
        parameters.forEach((name, value) -> all.put(name, String.valueOf(value)));
        return all;
    }

    /// Says a failure without the URI's secrets.
    static String words(Throwable e) {
        var cause = e;
        // that of a failed connection says where to, what lies below doesn't
        while (!(cause instanceof IOException)
                && cause.getCause() != null
                && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        var message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return String.valueOf(URISupport.sanitizeUri(message));
    }

    @Override
    public void close() {
        try {
            context.close();
        } catch (IOException | RuntimeException e) {
            System.getLogger(Camel.class.getName()).log(System.Logger.Level.DEBUG, "Closing", e);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static Map<String, String> query(String uri) throws URISyntaxException {
        int query = uri.indexOf('?');
        var all = new LinkedHashMap<String, String>();
        if (query >= 0) {
            URISupport.parseQuery(uri.substring(query + 1))
                    .forEach((name, value) -> all.put(name, String.valueOf(value)));
        }
        return all;
    }
}
