// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.sample;

import io.millrace.platform.access.Access;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Identity;
import io.millrace.platform.access.Permission;
import io.millrace.platform.problem.ServiceException;
import io.millrace.platform.web.PagedResults;
import io.millrace.platform.web.Paging;
import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
public class SampleApplication {

    @RestController
    static class SampleController {
        private final Access access;

        SampleController(Access access) {
            this.access = access;
        }

        @GetMapping("/api/v1/{tenant}/things")
        PagedResults<String> list(Paging paging) {
            return new PagedResults<>(List.of(Caller.current().subject()), paging.size());
        }

        @PostMapping("/api/v1/{tenant}/things/{namespace}")
        Map<String, Object> create(
                @PathVariable String namespace,
                @RequestBody Map<String, Object> body,
                @RequestParam(defaultValue = "1") int count) {
            access.require(Permission.FLOW_CREATE, namespace);
            if (count > 9) {
                throw new IllegalStateException("secret detail");
            }
            if (body.isEmpty()) {
                throw new ServiceException.Invalid("tasks", "Expected tasks but got none");
            }
            return body;
        }

        @GetMapping({"/internal/whoami", "/internal/job-queues/{group}"})
        String whoami() {
            return Identity.current().map(Identity::subject).orElse("nobody");
        }

        @GetMapping("/internal/task/whoami")
        String task() {
            return whoami();
        }

        @GetMapping("/elsewhere")
        String elsewhere() {
            return "never reached";
        }
    }
}
