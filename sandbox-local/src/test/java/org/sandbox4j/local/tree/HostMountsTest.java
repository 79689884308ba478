package org.sandbox4j.local.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostMountsTest {
    private static final byte[] TABLE = """
            21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw
            22 21 0:20 / /proc rw - proc proc rw
            23 21 0:21 /srv/elsewhere /srv/other rw - tmpfs /srv/elsewhere rw
            24 21 0:22 / /srv/root/a\\040b\\134c/d rw - tmpfs none rw
            25 21 0:23 / /srv/rooted rw - tmpfs none rw
            26 21 0:24 / /srv/top rw - tmpfs none rw
            """.getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @CsvSource({
        "/srv/root, /srv/root/a b\\c/d",
        "/srv/root/a b\\c, /srv/root/a b\\c/d",
        "/srv/root/a b\\c/d, /srv/root/a b\\c/d",
        "/srv/top, /srv/top",
        "/srv, /srv/other"
    })
    void within_directoryWithAMountPoint_namesIt(String directory, String mounted) {
        assertThat(HostMounts.within(Path.of(directory), TABLE)).contains(Path.of(mounted));
    }

    @ParameterizedTest
    @CsvSource({"/srv/roo", "/srv/root/a", "/srv/root/a b\\c/d/e", "/srv/elsewhere", "/dev"})
    void within_directoryWithout_isEmpty(String directory) {
        assertThat(HostMounts.within(Path.of(directory), TABLE)).isEmpty();
    }

    @Test
    void within_rootOfThisHost_findsIt() throws Exception {
        assertThat(HostMounts.within(Path.of("/proc").toRealPath())).contains(Path.of("/proc"));
    }
}
