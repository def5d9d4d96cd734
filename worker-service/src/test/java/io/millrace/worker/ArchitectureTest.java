// SPDX-License-Identifier: Apache-2.0
package io.millrace.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.millrace.test.ServiceRules;

@AnalyzeClasses(
        packages = "io.millrace.worker",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest static final ArchTests WHAT_HOLDS_FOR_ALL_SERVICES = ArchTests.in(ServiceRules.class);

    @ArchTest
    static final ArchRule WORKERS_OWN_NOTHING =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc..")
                    .because("a worker can be killed at any time");
}
