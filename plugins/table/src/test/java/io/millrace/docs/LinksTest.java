// SPDX-License-Identifier: Apache-2.0
package io.millrace.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Links between pages lead somewhere.
class LinksTest {
    private static final Pattern CODE = Pattern.compile("`[^`\\n]*`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");

    @Test
    void eachLeadsToAFileAndAHeadingThatAreThere() throws IOException {
        var broken = new ArrayList<String>();
        int links = 0;
        for (var page : Page.all()) {
            // what is in code is an example; its length stays, so that lines and places do
            var prose =
                    CODE.matcher(page.prose())
                            .replaceAll(code -> "`".repeat(code.group().length()));
            for (var link : LINK.matcher(prose).results().toList()) {
                var target = link.group(1);
                if (!ELSEWHERE.matcher(target).matches()) {
                    links++;
                    if (!leads(page, target)) {
                        broken.add(page.path() + ": " + target);
                    }
                }
            }
        }

        assertThat(broken).isEmpty();
        assertThat(links).isGreaterThan(100);
    }

    private static boolean leads(Page page, String target) throws IOException {
        int hash = target.indexOf('#');
        var path = hash < 0 ? target : target.substring(0, hash);
        var from = Page.ROOT.resolve(page.path());
        var file = path.isEmpty() ? from : from.resolveSibling(Path.of(path)).normalize();
        return Files.exists(file)
                && file.startsWith(Page.ROOT)
                && (hash < 0
                        || anchors(Files.readString(file)).contains(target.substring(hash + 1)));
    }

    /// As GitHub and GitLab make them of headings.
    private static Set<String> anchors(String text) {
        var anchors = new HashSet<String>();
        var counts = new HashMap<String, Integer>();
        for (var heading :
                HEADING.matcher(new Page(Path.of(""), text).prose()).results().toList()) {
            var anchor =
                    heading.group(1)
                            .replaceAll("\\[([^]]*)\\]\\([^)]*\\)", "$1")
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N} _-]", "")
                            .replace(' ', '-');
            int before = counts.merge(anchor, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? anchor : anchor + "-" + before);
        }
        return anchors;
    }
}
