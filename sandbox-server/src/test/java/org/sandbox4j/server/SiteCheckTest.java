package org.sandbox4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SiteCheckTest {
    private static final List<String> NOTHING = List.of();

    private final AtomicInteger lookups = new AtomicInteger();
    private final SiteCheck check = check("box", "box.example.org", "builds.example.org", "console.example.org:8443");

    private SiteCheck check(String machine, String wholeName, String... allowed) {
        List<Authority> hosts = List.of(allowed).stream()
                .map(host -> Authority.parse(host).orElseThrow())
                .toList();
        OwnNames.Lookup lookup = () -> {
            lookups.incrementAndGet();
            if (wholeName.isEmpty()) {
                throw new UnknownHostException();
            }
            return wholeName;
        };
        return new SiteCheck(new OwnNames(machine, lookup, hosts), hosts);
    }

    private static String reason(SiteCheck check, List<String> hosts, List<String> origins, List<String> sites) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> check.check(hosts, origins, sites));
        if (refusal == null) {
            return "";
        }
        assertThat(refusal.answer().status()).isEqualTo(403);
        return refusal.reason();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:7000",
                "LocalHost.:7000",
                "127.0.0.1",
                "127.0.0.1:7000",
                "127.0.0.1.:7000",
                "10.1.2.3:80",
                "[::1]:7000",
                "[::1]",
                "[fe80::1%25eth0]:7000",
                "[::ffff:127.0.0.1]",
                "box",
                "BOX:7000",
                "box.example.org:1",
                "builds.example.org",
                "Builds.Example.ORG.:443",
                "console.example.org",
                "localhost:",
                ""
            })
    void host_ofThisServer_passes(String host) {
        assertThat(reason(check, List.of(host), NOTHING, NOTHING)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:7000",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "127.0.0.1.evil.example:7000",
                "127.0.0.256",
                "127.0.0",
                "2130706433",
                "0x7f.0.0.1",
                "box.evil.example",
                "boxes",
                "notbuilds.example.org",
                "localhost..",
                "localhost/x",
                "evil.example@localhost",
                "localhost:7000:7000",
                "localhost:x",
                "[::1",
                "[evil.example]",
                "loc\u0130lhost"
            })
    void host_notOfThisServer_isRefused(String host) {
        assertThat(reason(check, List.of(host), NOTHING, NOTHING)).isEqualTo("foreign-host");
    }

    @Test
    void host_missing_passes() {
        assertThatCode(() -> check.check(NOTHING, NOTHING, NOTHING)).doesNotThrowAnyException();
    }

    @Test
    void host_twiceOnceForeign_isRefused() {
        assertThat(reason(check, List.of("localhost", "evil.example"), NOTHING, NOTHING))
                .isEqualTo("foreign-host");
    }

    @Test
    void wholeName_isAskedForOnce_andOnlyForNamesThatBeginWithTheMachines() {
        SiteCheck nameless = check("box", "");
        assertThat(reason(nameless, List.of("evil.example"), NOTHING, NOTHING)).isEqualTo("foreign-host");
        assertThat(lookups).hasValue(0);
        for (int i = 0; i < 3; i++) {
            assertThat(reason(nameless, List.of("box.example.org"), NOTHING, NOTHING))
                    .isEqualTo("foreign-host");
        }
        assertThat(lookups).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:7000, localhost:7000",
        "http://LOCALHOST.:7000, localhost:7000",
        "http://[::1]:7000, [::1]:7000",
        "http://127.0.0.1, 127.0.0.1:80",
        "https://builds.example.org, builds.example.org",
        "https://builds.example.org, builds.example.org:443",
        "https://builds.example.org, 127.0.0.1:7000",
        "http://builds.example.org, 127.0.0.1:7000",
        "https://console.example.org:8443, 127.0.0.1:7000"
    })
    void origin_ofThisServer_passes(String origin, String host) {
        assertThat(reason(check, List.of(host), List.of(origin), List.of("same-origin")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "",
                "http://evil.example",
                "http://localhost",
                "http://localhost:3000",
                "http://127.0.0.1:7000",
                "http://localhost:7000.evil.example",
                "http://evil.example/http://localhost:7000",
                "http://evil.example@localhost:7000",
                "http://builds.example.org:8080",
                "https://console.example.org",
                "file://",
                "chrome-extension://abcdefgh",
                "localhost:7000",
                "http://localhost:7000 http://evil.example"
            })
    void origin_foreign_isRefused(String origin) {
        assertThat(reason(check, List.of("localhost:7000"), List.of(origin), NOTHING))
                .isEqualTo("foreign-origin");
    }

    @Test
    void origin_withoutAHost_isRefused() {
        assertThat(reason(check, NOTHING, List.of("http://localhost:7000"), NOTHING))
                .isEqualTo("foreign-origin");
    }

    @Test
    void origin_twiceOnceForeign_isRefused() {
        List<String> origins = List.of("http://localhost:7000", "http://evil.example");
        assertThat(reason(check, List.of("localhost:7000"), origins, NOTHING)).isEqualTo("foreign-origin");
    }

    @ParameterizedTest
    @CsvSource({"cross-site, foreign-site", "same-site, foreign-site", "x, foreign-site", "same-origin, ''", "none, ''"
    })
    void site_foreign_isRefused(String site, String reason) {
        assertThat(reason(check, List.of("localhost:7000"), NOTHING, List.of(site)))
                .isEqualTo(reason);
    }

    @Test
    void refusal_showsNoControlCharacters_andNamesTheSetting() {
        Refusal refusal = catchThrowableOfType(
                Refusal.class, () -> check.check(List.of("evil\u001b[2J.example"), NOTHING, NOTHING));
        assertThat(refusal).hasMessageContaining("'evil?[2J.example'").hasMessageContaining("--allow-host");
    }
}
