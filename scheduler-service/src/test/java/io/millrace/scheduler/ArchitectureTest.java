// SPDX-License-Identifier: Apache-2.0
package io.millrace.scheduler;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;

@AnalyzeClasses(
        packages = "io.millrace.scheduler",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule FEATURES_HAVE_NO_CYCLES =
            slices().matching("io.millrace.scheduler.(*)..")
                    .should()
                    .beFreeOfCycles()
                    .because("a feature is understood without those that use it");

    @ArchTest
    static final ArchRule ONLY_THE_PLATFORM_READS_THE_SECURITY_CONTEXT =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.springframework.security..")
                    .because("who may do what is decided in one place");

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
