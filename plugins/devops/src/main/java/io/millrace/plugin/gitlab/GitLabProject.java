// SPDX-License-Identifier: Apache-2.0
package io.millrace.plugin.gitlab;

/// Which project of which GitLab.
interface GitLabProject {
    String url();

    String apiPath();

    String token();

    String projectId();
}
