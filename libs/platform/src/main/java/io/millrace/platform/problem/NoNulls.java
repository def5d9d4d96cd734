// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.problem;

import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;

/// A body is what its type says: no `null` in a list, and none in a component of a record that
/// isn't [Nullable], whether it was given or left out. What services ask each other isn't looked
/// at.
@RestControllerAdvice
final class NoNulls extends RequestBodyAdviceAdapter {
    private static final ClassValue<List<Component>> COMPONENTS =
            new ClassValue<>() {
                @Override
                protected List<Component> computeValue(Class<?> type) {
                    return Arrays.stream(type.getRecordComponents())
                            .filter(component -> !component.getType().isPrimitive())
                            .map(component -> {
                                component.getAccessor().setAccessible(true);
                                return new Component(
                                        component.getName(),
                                        component.getAccessor(),
                                        component.getAnnotatedType());
                            })
                            .toList();
                }
            };

    private record Component(String name, Method accessor, AnnotatedType type) {
        @Nullable Object of(Record owner) {
            try {
                return accessor.invoke(owner);
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("Expected " + accessor + " to give a value", e);
            }
        }
    }

    @Override
    public boolean supports(
            MethodParameter parameter,
            Type target,
            Class<? extends HttpMessageConverter<?>> converter) {
        var mapping =
                AnnotatedElementUtils.findMergedAnnotation(
                        parameter.getContainingClass(), RequestMapping.class);
        return mapping == null
                || Arrays.stream(mapping.path()).noneMatch(path -> path.startsWith("/internal"));
    }

    /// @param body `null` if that is what was sent: whether it may be is checked after this
    @Override
    @SuppressWarnings("NullAway") // Spring's annotations don't say that there may be none
    public Object afterBodyRead(
            @Nullable Object body,
            HttpInputMessage message,
            MethodParameter parameter,
            Type target,
            Class<? extends HttpMessageConverter<?>> converter) {
        if (body != null) {
            check("", body, null);
        } else if (Collection.class.isAssignableFrom(parameter.getParameterType())) {
            throw missing("body");
        }
        return body;
    }

    /// @param path where the value is; empty: it is the body
    /// @param type absent: a body, whose elements may not be `null`
    private static void check(String path, Object value, @Nullable AnnotatedType type) {
        if (value instanceof Collection<?> list) {
            var element = type == null ? null : element(type);
            int index = 0;
            for (var one : list) {
                var at = (path.isEmpty() ? "body" : path) + "[" + index++ + "]";
                check(at, one, element, type == null);
            }
        } else if (value instanceof Record of && isOurs(of.getClass())) {
            for (var component : COMPONENTS.get(of.getClass())) {
                var at = path.isEmpty() ? component.name() : path + "." + component.name();
                check(at, component.of(of), component.type(), false);
            }
        }
    }

    private static void check(
            String path, @Nullable Object value, @Nullable AnnotatedType type, boolean always) {
        if (value != null) {
            check(path, value, type);
        } else if (always || (type != null && !type.isAnnotationPresent(Nullable.class))) {
            throw missing(path);
        }
    }

    /// What a list's elements are, if its type says so.
    private static @Nullable AnnotatedType element(AnnotatedType list) {
        return list instanceof AnnotatedParameterizedType of
                        && of.getAnnotatedActualTypeArguments().length == 1
                ? of.getAnnotatedActualTypeArguments()[0]
                : null;
    }

    private static boolean isOurs(Class<?> type) {
        return type.getPackageName().startsWith("io.millrace.");
    }

    private static ServiceException.Invalid missing(String path) {
        return new ServiceException.Invalid(path, "Expected a value but got null");
    }
}
