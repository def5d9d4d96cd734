// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.openapi;

import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// Where one lands without knowing a path.
@RestController
class HomeController {

    @GetMapping("/")
    ResponseEntity<Void> home() {
        return ResponseEntity.status(HttpStatus.FOUND).location(URI.create("/api")).build();
    }

    @GetMapping("/ping")
    String ping() {
        return "pong";
    }
}
