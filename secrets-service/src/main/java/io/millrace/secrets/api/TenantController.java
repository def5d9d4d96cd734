// SPDX-License-Identifier: Apache-2.0
package io.millrace.secrets.api;

import io.millrace.platform.access.Identity;
import io.millrace.platform.access.ServiceIdentity;
import io.millrace.platform.problem.ServiceException;
import io.millrace.secrets.store.Secrets;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// For the gateway, which alone removes tenants.
@RestController
class TenantController {
    private final Secrets secrets;

    TenantController(Secrets secrets) {
        this.secrets = secrets;
    }

    @DeleteMapping("/internal/tenants/{tenant}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String tenant) {
        if (!(Identity.current().orElse(null) instanceof ServiceIdentity(var name))
                || !name.equals("gateway")) {
            throw new ServiceException.Forbidden("Expected the gateway");
        }
        secrets.deleteTenant(tenant);
    }
}
