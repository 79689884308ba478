package org.sandbox4j.local.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the kernel's settings say about user namespaces, user_namespaces(7).
 *
 * @param maxUserNamespaces how many there may be; -1 where there is no such setting
 * @param debianForbids whether Debian's kernel.unprivileged_userns_clone forbids them to ordinary users
 * @param appArmorRestricts whether AppArmor takes their privileges away without a profile
 */
public record NamespaceSettings(int maxUserNamespaces, boolean debianForbids, boolean appArmorRestricts) {
    /**
     * Reads the settings of this host.
     *
     * @param sys {@code /proc/sys}
     */
    public static NamespaceSettings read(Path sys) {
        return new NamespaceSettings(
                number(sys.resolve("user/max_user_namespaces")),
                number(sys.resolve("kernel/unprivileged_userns_clone")) == 0,
                number(sys.resolve("kernel/apparmor_restrict_unprivileged_userns")) == 1);
    }

    private static int number(Path file) {
        try {
            return Integer.parseInt(Files.readString(file).strip());
        } catch (IOException | NumberFormatException e) {
            return -1;
        }
    }
}
