// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.plugin.TaskFailedException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SqlTest {

    @Test
    void statementsEndAtSemicolonsOutsideOfQuotesAndComments() {
        var statements =
                Sql.split(
                        """
                        insert into a values ('x;''y'); -- no; end
                        /* nor; here */ select "a;b" from t;
                        do $body$ begin perform 1; end $body$;
                        ; -- nothing
                        select 1\
                        """);

        assertThat(statements)
                .hasSize(4)
                .contains("insert into a values ('x;''y')", "do $body$ begin perform 1; end $body$")
                .last()
                .asString()
                .endsWith("select 1");
    }

    @Test
    void namesBecomeParametersWhereTheyAreNeitherCastsNorQuoted() throws Exception {
        var bound =
                Sql.bind(
                        "select ':a', :a::text, b::int -- :a\n from t where x = :b and y = :a",
                        Map.of("a", 1, "b", "two"));

        assertThat(bound.text())
                .isEqualTo("select ':a', ?::text, b::int -- :a\n from t where x = ? and y = ?");
        assertThat(bound.values()).isEqualTo(List.of(1, "two", 1));
    }

    @Test
    void aNameWithoutValueIsSaid() {
        assertThatThrownBy(() -> Sql.bind("select :b", Map.of("a", 1)))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("`b`");
    }
}
