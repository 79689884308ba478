package org.sandbox4j.local.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sandbox4j.local.tree.Diversion.Mark;
import org.sandbox4j.local.tree.Diversion.Place;

class DiversionTest {
    private static Mark artifact(String path) {
        return new Mark(path, path, true);
    }

    private static Mark plain(String path) {
        return new Mark(path, path, false);
    }

    @Test
    void ofMarks_separateArtifacts_haveAnOverlayEach() {
        Diversion diversion =
                Diversion.ofMarks(List.of(artifact("/b"), artifact("/a"))).orElseThrow();

        assertThat(diversion.lowers()).containsExactly("/b", "/a");
        assertThat(diversion.shown()).isEqualTo(Map.of("/b", new Place(0, ""), "/a", new Place(1, "")));
        assertThat(diversion.covered()).isEmpty();
    }

    @Test
    void ofMarks_artifactInAnArtifact_isShownByTheOuterOne() {
        Diversion diversion =
                Diversion.ofMarks(List.of(artifact("/a/b/c"), artifact("/a"))).orElseThrow();

        assertThat(diversion.lowers()).containsExactly("/a");
        assertThat(diversion.covered()).containsExactly("/a/b/c");
    }

    @Test
    void ofMarks_plainMarkBetweenArtifacts_givesTheInnerAnOverlayOfItsOwn() {
        Diversion diversion = Diversion.ofMarks(List.of(artifact("/a"), plain("/a/b"), artifact("/a/b/c")))
                .orElseThrow();

        assertThat(diversion.lowers()).containsExactly("/a", "/a/b/c");
        assertThat(diversion.shown()).containsOnlyKeys("/a", "/a/b/c");
        assertThat(diversion.covered()).isEmpty();
    }

    @Test
    void ofMarks_artifactInAPlainMark_hasAnOverlay() {
        Diversion diversion =
                Diversion.ofMarks(List.of(plain("/a"), artifact("/a/b"))).orElseThrow();

        assertThat(diversion.lowers()).containsExactly("/a/b");
    }

    @Test
    void ofMarks_namesThatBeginAlike_areNotTakenForNested() {
        Diversion diversion =
                Diversion.ofMarks(List.of(artifact("/a"), artifact("/ab"))).orElseThrow();

        assertThat(diversion.lowers()).containsExactly("/a", "/ab");
    }

    @Test
    void ofMarks_artifactsThatALinkLeadsIntoEachOther_cannotBeDiverted() {
        assertThat(Diversion.ofMarks(List.of(artifact("/a"), new Mark("/link", "/a/b", true))))
                .isEmpty();
        assertThat(Diversion.ofMarks(List.of(artifact("/a"), new Mark("/link", "/a", true))))
                .isEmpty();
    }

    @Test
    void ofRoot_markThatSomethingElseIsMountedOver_isShownFromTheOverlay() {
        Diversion diversion = Diversion.ofRoot(List.of(plain("/tmp/mark")));

        assertThat(diversion.lowers()).containsExactly("/");
        assertThat(diversion.shown()).isEqualTo(Map.of("/tmp/mark", new Place(0, "/tmp/mark")));
    }
}
