// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The plugin renders this property itself, with [TaskContext#render]; it gets it as written.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Late {}
