package org.sandbox4j.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class BomTest {
    @Test
    void bom_listsEveryPublishedModule() throws IOException {
        assertThat(Repository.bomEntries()).containsExactlyInAnyOrderElementsOf(Repository.publishedModules());
    }

    @Test
    void parent_managesEveryPublishedModule() throws IOException {
        assertThat(Repository.parentEntries()).containsExactlyInAnyOrderElementsOf(Repository.publishedModules());
    }
}
