// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.aws;

import io.millrace.test.FakeContext;
import io.millrace.test.FetchingCases;
import io.millrace.test.Tasks;
import java.util.Map;

/// Objects of an S3 that isn't as it should be.
class S3FetchingTest extends FetchingCases {

    @Override
    protected Object fetch(String endpoint, FakeContext context) throws Exception {
        return Tasks.run(
                new Download(),
                context,
                Map.of(
                        "endpointOverride", endpoint,
                        "accessKeyId", "key",
                        "secretKeyId", "secret",
                        "bucket", "bucket",
                        "key", "name"));
    }
}
