// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.openapi;

import io.swagger.v3.oas.annotations.Hidden;
import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// Where one lands without knowing a path.
@Hidden
@RestController
class HomeController {

    @GetMapping("/")
    ResponseEntity<Void> home() {
        return to("/ui/");
    }

    @GetMapping("/api")
    ResponseEntity<Void> tryIt() {
        return to("/api/swagger-ui/index.html");
    }

    private static ResponseEntity<Void> to(String path) {
        return ResponseEntity.status(HttpStatus.FOUND).location(URI.create(path)).build();
    }

    @GetMapping("/ping")
    String ping() {
        return "pong";
    }
}
