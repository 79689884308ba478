package org.sandbox4j.local.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers are those of the kernel's headers, where these are installed. */
class SystemCallTest {
    private static final Pattern DEFINITION =
            Pattern.compile("^#define __NR_(\\w+) (?:\\(__NR_SYSCALL_BASE ?\\+ ?)?(\\d+)\\)?", Pattern.MULTILINE);

    @ParameterizedTest
    @CsvSource({
        "X86_64, /usr/include/x86_64-linux-gnu/asm/unistd_64.h",
        "I386, /usr/include/x86_64-linux-gnu/asm/unistd_32.h",
        "AARCH64, /usr/include/asm-generic/unistd.h"
    })
    void numbers_inTheKernelsHeader_areThese(Architecture architecture, Path header) throws IOException {
        assumeTrue(Files.exists(header), "Skipped: there is no " + header + " (Debian: linux-libc-dev).");
        Map<String, Integer> defined = definitions(Files.readString(header));

        assertThat(defined).hasSizeGreaterThan(200);
        for (SystemCall call : SystemCall.values()) {
            String name = call == SystemCall.SYSCTL ? "_sysctl" : call.name().toLowerCase(Locale.ROOT);
            Integer number = defined.get(name);
            if (number != null && call.existsOn(architecture)) {
                assertThat(call.number(architecture)).as(name).isEqualTo(number);
            } else if (number != null && architecture != Architecture.AARCH64) {
                // The generic header has calls for 32-bit machines, too.
                assertThat(call).as("number %d on %s", number, architecture).isNull();
            }
        }
    }

    private static Map<String, Integer> definitions(String header) {
        Map<String, Integer> defined = new HashMap<>();
        Matcher definition = DEFINITION.matcher(header);
        while (definition.find()) {
            defined.put(definition.group(1), Integer.valueOf(definition.group(2)));
        }
        return defined;
    }
}
