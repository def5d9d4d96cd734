// SPDX-License-Identifier: Apache-2.0
/// Pipelines, jobs, issues and merge requests of GitLab.
@NullMarked
package io.millrace.plugin.gitlab;

import org.jspecify.annotations.NullMarked;
