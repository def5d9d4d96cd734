// SPDX-License-Identifier: Apache-2.0
package io.millrace.gateway.session;

import java.util.regex.Pattern;

/// Where a browser may be sent after it has signed in: to a page of our own.
final class ReturnTo {
    static final String HOME = "/ui/";
    private static final int LONGEST = 1500;

    /// A plain path below `/ui`, then a query and a fragment without anything that ends a header.
    private static final Pattern GOOD =
            Pattern.compile(
                    "/ui(?:/[A-Za-z0-9._~!$&'()*+,=:@%-]*)*(?:\\?[!-\"$-\\[\\]-~]*)?(?:#[!-\\[\\]-~]*)?");

    /// They would begin again, or end, what is about to end.
    private static final Pattern OWN =
            Pattern.compile("/ui/(?:login|callback|logout|session)\\b.*");

    private ReturnTo() {}

    static boolean isGood(String path) {
        return path.length() <= LONGEST
                && GOOD.matcher(path).matches()
                && !path.contains("//")
                && !path.contains("/.")
                && !path.contains("%2f")
                && !path.contains("%2F")
                && !path.contains("%5c")
                && !path.contains("%5C")
                && !OWN.matcher(path).matches();
    }
}
