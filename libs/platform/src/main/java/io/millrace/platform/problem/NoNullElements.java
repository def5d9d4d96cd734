// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.problem;

import java.lang.reflect.Type;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;

/// A body that is a list is there, and has no `null` in it: controllers take lists of ids and of
/// objects.
@RestControllerAdvice
final class NoNullElements extends RequestBodyAdviceAdapter {

    @Override
    public boolean supports(
            MethodParameter parameter,
            Type target,
            Class<? extends HttpMessageConverter<?>> converter) {
        return Collection.class.isAssignableFrom(parameter.getParameterType());
    }

    @Override
    public Object afterBodyRead(
            @Nullable Object body,
            HttpInputMessage message,
            MethodParameter parameter,
            Type target,
            Class<? extends HttpMessageConverter<?>> converter) {
        if (body == null) {
            throw new ServiceException.Invalid("body", "Expected a list but got null");
        }
        int index = 0;
        for (var element : (Collection<?>) body) {
            if (element == null) {
                throw new ServiceException.Invalid(
                        "body[" + index + "]", "Expected a value but got null");
            }
            index++;
        }
        return body;
    }
}
