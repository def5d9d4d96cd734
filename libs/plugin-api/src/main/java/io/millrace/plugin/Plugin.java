// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Describes a [TaskPlugin].
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Plugin {

    /// Type as flows name it, such as `io.kestra.plugin.core.http.Request`.
    String type();

    /// Other names that flows may use.
    String[] aliases() default {};

    /// One line for people.
    String title();

    /// How many of a worker's slots a task takes; an HTTP call takes one.
    int weight() default 1;
}
