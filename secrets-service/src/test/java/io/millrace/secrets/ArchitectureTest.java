// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import io.millrace.secrets.store.Secrets;
import io.millrace.test.ServiceRules;
import jakarta.persistence.Entity;
import javax.crypto.Cipher;

@AnalyzeClasses(
        packages = "io.millrace.secrets",
        importOptions = ImportOption.DoNotIncludeTests.class)
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

    @ArchTest
    static final ArchRule ONLY_CRYPTO_ENCRYPTS =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..crypto..")
                    .should()
                    .dependOnClassesThat()
                    .areAssignableTo(Cipher.class)
                    .because("keys and ciphers are handled in one place");

    @ArchTest
    static final ArchRule VALUES_GO_TO_TASKS_ALONE =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("..reading..", "..store..")
                    .should()
                    .dependOnClassesThat()
                    .areAssignableTo(Secrets.Reading.class)
                    .because("users put values in and never get them out");
}
