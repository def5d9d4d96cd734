// SPDX-License-Identifier: Apache-2.0
package io.millrace.execution;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.millrace.engine.Engine;
import io.millrace.test.ServiceRules;
import org.springframework.web.bind.annotation.RestController;

@AnalyzeClasses(
        packages = "io.millrace.execution",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest static final ArchTests WHAT_HOLDS_FOR_ALL_SERVICES = ArchTests.in(ServiceRules.class);

    @ArchTest
    static final ArchRule ONLY_LANES_DECIDE =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..lane..")
                    .should()
                    .callMethodWhere(
                            target(owner(assignableTo(Engine.class)))
                                    .and(target(nameMatching("start|decide"))))
                    .because("an execution has one writer at a time");

    @ArchTest
    static final ArchRule CONTROLLERS_STAY_INSIDE =
            classes()
                    .that()
                    .areAnnotatedWith(RestController.class)
                    .should()
                    .notBePublic()
                    .because("a controller only translates: what others need is in the facade");
}
