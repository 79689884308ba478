package org.sandbox4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TerminalSizeTest {
    @Test
    void size_smallestAndLargest_isTaken() {
        assertThat(new TerminalSize(1, 1).columns()).isEqualTo(1);
        assertThat(new TerminalSize(65535, 65535).rows()).isEqualTo(65535);
    }

    @Test
    void size_outOfRange_isRefusedWithTheValues() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TerminalSize(0, 24))
                .withMessage("A terminal has 1 to 65535 columns and rows, not 0 and 24.");
        assertThatIllegalArgumentException().isThrownBy(() -> new TerminalSize(80, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new TerminalSize(80, 65536));
    }

    @Test
    void command_terminal_isKeptByToBuilder() {
        SandboxCommand command = SandboxCommand.builder("vi").terminal(80, 24).build().toBuilder()
                .build();
        assertThat(command.terminal()).contains(new TerminalSize(80, 24));
        assertThat(SandboxCommand.of("vi").terminal()).isEmpty();
    }
}
