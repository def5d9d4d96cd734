// SPDX-License-Identifier: Apache-2.0
package io.millrace.model.yaml;

/// How much of a document is accepted.
///
/// @param maxChars characters of the source
/// @param maxDepth how deep maps and lists may be nested
/// @param maxNodes nodes of the document once its aliases are written out
/// @param maxAliases aliases in the document
/// @param maxTasks tasks of a flow, nested ones included
public record ParserLimits(int maxChars, int maxDepth, int maxNodes, int maxAliases, int maxTasks) {
    public static final ParserLimits DEFAULT = new ParserLimits(1 << 20, 100, 200_000, 100, 5_000);
}
