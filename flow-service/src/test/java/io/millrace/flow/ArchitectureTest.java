// SPDX-License-Identifier: Apache-2.0
package io.millrace.flow;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.millrace.test.ServiceRules;
import jakarta.persistence.Entity;

@AnalyzeClasses(packages = "io.millrace.flow", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest static final ArchTests WHAT_HOLDS_FOR_ALL_SERVICES = ArchTests.in(ServiceRules.class);

    @ArchTest
    static final ArchRule ENTITIES_STAY_INSIDE =
            classes()
                    .that()
                    .areAnnotatedWith(Entity.class)
                    .should()
                    .bePackagePrivate()
                    .because("an entity outside of its feature is changed unseen");
}
