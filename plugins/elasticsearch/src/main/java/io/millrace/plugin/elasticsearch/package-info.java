// SPDX-License-Identifier: Apache-2.0
/// Documents of Elasticsearch and OpenSearch.
@NullMarked
package io.millrace.plugin.elasticsearch;

import org.jspecify.annotations.NullMarked;
