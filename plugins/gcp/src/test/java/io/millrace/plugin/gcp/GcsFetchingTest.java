// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.test.FakeContext;
import io.millrace.test.FetchingCases;
import io.millrace.test.Tasks;
import java.util.Map;

/// Objects of a Google Cloud that isn't as it should be.
class GcsFetchingTest extends FetchingCases {

    @Override
    protected Object fetch(String endpoint, FakeContext context) throws Exception {
        return Tasks.run(
                new Download(), context, Map.of("endpoint", endpoint, "from", "gs://bucket/name"));
    }
}
