// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.core.http;

import io.millrace.test.FakeContext;
import io.millrace.test.FetchingCases;
import io.millrace.test.Tasks;
import java.util.Map;

/// Events of a server that isn't as it should be.
class SseFetchingTest extends FetchingCases {

    @Override
    protected Object fetch(String endpoint, FakeContext context) throws Exception {
        return Tasks.run(new SseRequest(), context, Map.of("uri", endpoint + "/events"));
    }
}
