// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.problem;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.tomcat.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/// What Tomcat refuses before any filter sees it (unreadable request line, headers or URI) is
/// answered with a problem document, too. Tomcat creates it by name.
public final class ProblemErrorValve extends ErrorReportValve {

    @Override
    protected void report(Request request, Response response, @Nullable Throwable throwable) {
        int code = response.getStatus();
        // the servlet has answered, or there is nobody to answer
        if (code < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        var status = HttpStatus.resolve(code);
        var title = status == null ? "Request refused" : status.getReasonPhrase();
        var body =
                """
                {"type":"/problems/malformed","title":"%1$s","status":%2$d,"detail":"%1$s",\
                "message":"%1$s","_embedded":{"errors":[{"message":"%1$s"}]}}\
                """
                        .formatted(title, code);
        try {
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setContentType("application/problem+json");
            response.setCharacterEncoding("UTF-8");
            var writer = response.getReporter();
            if (writer != null) {
                writer.write(body);
                response.finishResponse();
            }
        } catch (IOException e) {
            ExceptionUtils.handleThrowable(e);
        }
    }
}
