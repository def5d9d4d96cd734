// SPDX-License-Identifier: Apache-2.0
package io.millrace.platform.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.millrace.platform.access.Caller;
import io.millrace.platform.access.Identity;
import io.millrace.platform.access.ServiceIdentity;
import io.millrace.platform.access.TaskIdentity;
import io.millrace.test.TestDatabase;
import io.millrace.test.TestServices;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// One connection for all, so that each scope follows another's on the same one.
@ExtendWith(TestServices.class)
class TenantWallIT {
    /// The mistake that the wall is for: no tenant in the query.
    private static final String FORGETFUL = "select word from note order by word";

    private final HikariDataSource pool = new HikariDataSource();
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    TenantWallIT(TestDatabase database) {
        pool.setJdbcUrl(database.url());
        pool.setUsername(database.user());
        pool.setPassword(database.password());
        pool.setMaximumPoolSize(1);
        var wall = new TenantWall(true, true, true);
        var walled = wall.around(pool);
        jdbc = JdbcClient.create(walled);
        transaction = new TransactionTemplate(new JdbcTransactionManager(walled));
        var owner = JdbcClient.create(pool);
        owner.sql("drop table if exists note").update();
        owner.sql("create table note (tenant text not null, word text not null)").update();
        owner.sql("alter table note enable row level security").update();
        owner.sql(
                        "create policy tenant_wall on note"
                                + " using (tenant = current_setting('millrace.tenant', true))")
                .update();
        wall.build(pool);
        wall.started();
    }

    @BeforeEach
    void notes() {
        TenantScope.runAcross(() ->
                jdbc.sql("insert into note values ('red', 'r1'), ('red', 'r2'), ('blue', 'b1')")
                        .update());
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private List<String> words() {
        return jdbc.sql(FORGETFUL).query(String.class).list();
    }

    private static Identity userOf(String tenant) {
        return new Caller(tenant, "somebody", List.of());
    }

    @Test
    void aQueryThatForgetsTheTenantSeesTheCallersRowsAlone() {
        assertThat(Identity.as(userOf("red"), this::words)).containsExactly("r1", "r2");
        assertThat(Identity.as(userOf("blue"), this::words)).containsExactly("b1");
        assertThat(Identity.as(userOf("green"), this::words)).isEmpty();
        assertThat(
                        Identity.as(
                                new TaskIdentity("blue", "company", "flow", "execution", null),
                                this::words))
                .containsExactly("b1");
    }

    @Test
    void whatNobodyAsksForSeesNothingUnlessItSaysThatItIsForAll() {
        assertThat(words()).isEmpty();
        assertThat(TenantScope.across(this::words)).containsExactly("b1", "r1", "r2");
        assertThat(Identity.as(new ServiceIdentity("execution"), this::words)).hasSize(3);
        assertThat(TenantScope.within("red", this::words)).containsExactly("r1", "r2");
        assertThat(words()).isEmpty();
    }

    @Test
    void aThreadThatHasntSaidForWhomItWorksSeesAndWritesNothing() throws InterruptedException {
        // as a service has it that says nothing about the wall
        var wall = TenantWallAutoConfiguration.tenantWall(new StandardEnvironment());
        wall.build(pool);
        wall.started();
        var own = JdbcClient.create(wall.around(pool));
        var seen = new ArrayList<String>();
        var failure = new AtomicReference<@Nullable Throwable>();
        var thread =
                Thread.ofVirtual()
                        .uncaughtExceptionHandler((_, e) -> failure.set(e))
                        .start(() -> {
                            seen.addAll(own.sql(FORGETFUL).query(String.class).list());
                            own.sql("delete from note").update();
                            own.sql("insert into note values ('red', 'forged')").update();
                        });
        thread.join();

        assertThat(seen).isEmpty();
        assertThat(failure.get())
                .hasRootCauseMessage(
                        "ERROR: new row violates row-level security policy for table \"note\"");
        assertThat(TenantScope.across(() -> own.sql(FORGETFUL).query(String.class).list()))
                .containsExactly("b1", "r1", "r2");
    }

    @Test
    void nobodyWritesChangesOrDeletesAnothersRows() {
        assertThatThrownBy(() ->
                        Identity.as(
                                userOf("red"),
                                () ->
                                        jdbc.sql("insert into note values ('blue', 'forged')")
                                                .update()))
                .isInstanceOf(DataAccessException.class)
                .hasRootCauseMessage(
                        "ERROR: new row violates row-level security policy for table \"note\"");
        assertThatThrownBy(() ->
                        Identity.as(
                                userOf("red"),
                                () -> jdbc.sql("update note set tenant = 'blue'").update()))
                .isInstanceOf(DataAccessException.class)
                .hasRootCauseMessage(
                        "ERROR: new row violates row-level security policy for table \"note\"");

        int changed =
                Identity.as(
                        userOf("red"),
                        () -> jdbc.sql("update note set word = word || '!'").update());
        int deleted = Identity.as(userOf("red"), () -> jdbc.sql("delete from note").update());

        assertThat(changed).isEqualTo(2);
        assertThat(deleted).isEqualTo(2);
        assertThat(TenantScope.across(this::words)).containsExactly("b1");
    }

    @Test
    void aTransactionThatRollsBackLeavesTheNextCallerInHisOwnScope() {
        Identity.as(
                userOf("red"),
                () ->
                        transaction.execute(status -> {
                            assertThat(words()).containsExactly("r1", "r2");
                            status.setRollbackOnly();
                            return true;
                        }));

        assertThat(words()).isEmpty();
        assertThat(Identity.as(userOf("blue"), this::words)).containsExactly("b1");
        assertThat(TenantScope.across(this::words)).hasSize(3);
    }

    @Test
    void aTenantsConnectionMayNotChangeTheTables() {
        for (var statement :
                List.of(
                        "alter table note disable row level security",
                        "drop policy tenant_wall on note",
                        "truncate note",
                        "set row_security = off; select * from note")) {
            assertThatThrownBy(() ->
                            Identity.as(
                                    userOf("red"), () -> jdbc.sql(statement).query().listOfRows()))
                    .as(statement)
                    .isInstanceOf(DataAccessException.class);
        }
    }

    @Test
    void aScopeThatStaysIsNotSetAgain() {
        Identity.as(userOf("red"), this::words);
        // behind the wall's back: it would be undone by setting the scope again
        Identity.as(
                userOf("red"),
                () ->
                        jdbc.sql("select set_config('millrace.tenant', 'blue', false)")
                                .query()
                                .singleRow());

        assertThat(Identity.as(userOf("red"), this::words)).containsExactly("b1");
        assertThat(TenantScope.across(this::words)).hasSize(3);
        assertThat(Identity.as(userOf("red"), this::words)).containsExactly("r1", "r2");
    }
}
