// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.millrace.test.ServiceRules;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;

@AnalyzeClasses(
        packages = "io.millrace.scheduler",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest static final ArchTests WHAT_HOLDS_FOR_ALL_SERVICES = ArchTests.in(ServiceRules.class);

    @ArchTest
    static final ArchRule TIME_IS_AN_ARGUMENT =
            noClasses()
                    .that()
                    .resideInAnyPackage("..schedule..", "..condition..")
                    .should()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(ZonedDateTime.class, "now")
                    .orShould()
                    .callMethod(LocalDate.class, "now")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(Clock.class)
                    .because(
                            "ticks are computed for any instant: missed ones, a backfill's, a test's");

    @ArchTest
    static final ArchRule SCHEDULES_AND_CONDITIONS_STORE_NOTHING =
            noClasses()
                    .that()
                    .resideInAnyPackage("..schedule..", "..condition..", "..evaluate..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc..")
                    .because("what is due is computed; rows belong to triggers");
}
