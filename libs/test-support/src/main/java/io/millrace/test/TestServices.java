// SPDX-License-Identifier: Apache-2.0
package io.millrace.test;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Gives the methods and constructor of a test class its own [TestDatabase] and [TestBroker], made
/// at the first use and deleted after the class: `@ExtendWith(TestServices.class)`.
public final class TestServices implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(TestServices.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        var type = parameter.getParameter().getType();
        return type == TestDatabase.class || type == TestBroker.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var type = parameter.getParameter().getType();
        var store = classContext(context).getStore(NAMESPACE);
        return store.computeIfAbsent(
                type, t -> t == TestDatabase.class ? TestDatabase.create() : TestBroker.create());
    }

    /// The store of the class closes what is in it after the class's last test.
    private static ExtensionContext classContext(ExtensionContext context) {
        return context.getTestMethod()
                .flatMap(_ -> context.getParent())
                .map(TestServices::classContext)
                .orElse(context);
    }
}
