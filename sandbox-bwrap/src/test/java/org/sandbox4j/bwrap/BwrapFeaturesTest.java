package org.sandbox4j.bwrap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class BwrapFeaturesTest {
    @SuppressWarnings("unused") // Named by @FieldSource.
    private static final java.util.List<String> REQUIRED = BwrapFeatures.REQUIRED;

    @Test
    void parse_oldestSupportedVersion_hasAllThatIsRequiredAndNothingMore() {
        BwrapFeatures features = BwrapFeatures.parse("bubblewrap 0.4.0\n", HelpTexts.version("0.4.0"));

        assertThat(features.version()).isEqualTo("0.4.0");
        assertThat(features.missing()).isEmpty();
        assertThat(features.setsModes()).isFalse();
        assertThat(features.disablesUserNamespaces()).isFalse();
    }

    @Test
    void parse_laterVersions_haveWhatTheyBrought() {
        BwrapFeatures modes = BwrapFeatures.parse("bubblewrap 0.5.0", HelpTexts.version("0.5.0"));
        BwrapFeatures both = BwrapFeatures.parse("bubblewrap 0.8.0", HelpTexts.version("0.8.0"));
        BwrapFeatures latest = BwrapFeatures.parse("bubblewrap 0.11.0", HelpTexts.version("0.11.0"));

        assertThat(modes.setsModes()).isTrue();
        assertThat(modes.disablesUserNamespaces()).isFalse();
        assertThat(both.setsModes()).isTrue();
        assertThat(both.disablesUserNamespaces()).isTrue();
        assertThat(latest.options()).contains("--overlay-src");
        assertThat(latest.missing()).isEmpty();
    }

    /** Distributions carry options from later versions, so the number alone says nothing. */
    @Test
    void parse_oldVersionWithALaterOption_usesTheOption() {
        BwrapFeatures features = BwrapFeatures.parse("bubblewrap 0.4.1", HelpTexts.withDisableUsernsAlone());

        assertThat(features.disablesUserNamespaces()).isTrue();
        assertThat(features.setsModes()).isFalse();
    }

    @ParameterizedTest
    @FieldSource("REQUIRED")
    void missing_requiredOptionNotListed_isNamed(String option) {
        BwrapFeatures features = BwrapFeatures.parse("bubblewrap 0.4.0", HelpTexts.without(option));

        assertThat(features.missing()).containsExactly(option);
    }

    /** Descriptions mention options; only what stands first on a line is one. */
    @Test
    void parse_optionInADescription_isNoOption() {
        BwrapFeatures features = BwrapFeatures.parse(
                "bubblewrap 0.4.0", "    --userns FD    cannot combine with --perms\n--perms at once\n");

        assertThat(features.options()).containsExactly("--userns");
        assertThat(features.setsModes()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "bubblewrap 0.12.0, 0.12.0",
        "bubblewrap 0.6, 0.6",
        "'bwrap: warning\nbubblewrap 0.8.0-2+deb12u1', 0.8.0",
        "no number here, unknown",
        "'', unknown"
    })
    void parse_versionText_findsTheNumber(String text, String version) {
        assertThat(BwrapFeatures.parse(text, "").version()).isEqualTo(version);
    }

    @Test
    void sizesFileSystems_isReadFromTheHelp() {
        assertThat(BwrapFeatures.parse("bubblewrap 0.8.0", HelpTexts.version("0.8.0"))
                        .sizesFileSystems())
                .isTrue();
        assertThat(BwrapFeatures.parse("bubblewrap 0.5.0", HelpTexts.version("0.5.0"))
                        .sizesFileSystems())
                .isFalse();
    }

    @Test
    void parse_noHelp_lacksEverything() {
        assertThat(BwrapFeatures.parse("bubblewrap 0.8.0", "").missing()).isEqualTo(BwrapFeatures.REQUIRED);
    }
}
