// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.bench;

import io.millrace.platform.access.Caller;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/// What a start over REST costs at least: the way through the gateway, and one durable row.
@RestController
final class FloorController {
    private final JdbcClient jdbc;

    FloorController(JdbcClient jdbc) {
        this.jdbc = jdbc;
        jdbc.sql(
                        """
                        create table if not exists bench_floor (
                          id bigint generated always as identity primary key,
                          tenant text not null,
                          subject text not null,
                          at timestamptz not null default now())
                        """)
                .update();
    }

    @PostMapping("/api/v1/{tenant}/bench/floor")
    Map<String, Long> insert(@PathVariable String tenant) {
        long id =
                jdbc.sql("insert into bench_floor (tenant, subject) values (?, ?) returning id")
                        .params(tenant, Caller.current().subject())
                        .query(Long.class)
                        .single();
        return Map.of("id", id);
    }
}
