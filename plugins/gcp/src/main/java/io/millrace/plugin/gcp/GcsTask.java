// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gcp;

import io.millrace.plugin.TaskContext;

/// What tasks with objects share.
abstract class GcsTask<P extends Record & GoogleTask.Of, O extends Record>
        extends GoogleTask<P, O> {

    GcsTask() {
        super(
                new Service(
                        "Google Cloud Storage", "https://storage.googleapis.com", "gcp.endpoint"));
    }

    @Override
    O work(GoogleApi api, P properties, TaskContext context) throws Exception {
        return work(new GcsStore(api, context), properties, context);
    }

    abstract O work(GcsStore store, P properties, TaskContext context) throws Exception;
}
