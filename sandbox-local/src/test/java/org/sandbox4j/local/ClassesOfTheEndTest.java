package org.sandbox4j.local;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

class ClassesOfTheEndTest {
    @Test
    void names_areThoseOfClasses() {
        for (String name : ClassesOfTheEnd.NAMES) {
            assertThatCode(() -> Class.forName(name)).as(name).doesNotThrowAnyException();
        }
    }
}
