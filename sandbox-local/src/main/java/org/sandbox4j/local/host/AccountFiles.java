package org.sandbox4j.local.host;

/**
 * The texts of files in {@code /etc} that programs of the host ask who they are and where: accounts, names and addresses. They
 * tell about the sandbox alone.
 *
 * @param uid the user that commands run as
 * @param gid the group that commands run as
 * @param hostname the host name that commands see
 */
public record AccountFiles(int uid, int gid, String hostname) {
    private static final int NOBODY = 65534;

    /** Every run has it, and may write it. */
    private static final String HOME = "/tmp";

    /** Returns passwd(5). */
    public String passwd() {
        StringBuilder text = new StringBuilder();
        text.append(
                uid == 0
                        ? "root:x:0:%s:root:%s:/bin/sh%n".formatted(Integer.toUnsignedString(gid), HOME)
                        : "root:x:0:0:root:/root:/bin/sh\n");
        if (uid != 0) {
            text.append("build:x:%s:%s:build:%s:/bin/sh%n"
                    .formatted(Integer.toUnsignedString(uid), Integer.toUnsignedString(gid), HOME));
        }
        if (uid != NOBODY) {
            text.append("nobody:x:65534:65534:nobody:/nonexistent:/bin/false\n");
        }
        return text.toString();
    }

    /** Returns group(5). */
    public String group() {
        StringBuilder text = new StringBuilder("root:x:0:\n");
        if (gid != 0) {
            text.append("build:x:%s:%n".formatted(Integer.toUnsignedString(gid)));
        }
        if (gid != NOBODY) {
            text.append("nogroup:x:65534:\n");
        }
        return text.toString();
    }

    /** Returns hosts(5). */
    public String hosts() {
        return "127.0.0.1 localhost %1$s%n::1 localhost %1$s%n".formatted(hostname);
    }

    /** Returns nsswitch.conf(5). */
    public static String nameServices() {
        return """
                passwd: files
                group: files
                shadow: files
                hosts: files dns
                networks: files
                protocols: files
                services: files
                """;
    }
}
