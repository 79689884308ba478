package org.sandbox4j.local.overlay;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.sandbox4j.local.host.Caller;
import org.sandbox4j.local.launch.StageList;

/**
 * How this caller mounts overlays.
 *
 * @param namespaces enters the namespaces in which it may
 * @param options mount options, Documentation/filesystems/overlayfs
 * @param complete whether the kernel renames directories and keeps hard links of the lower tree
 */
record OverlayMode(StageList namespaces, String options, boolean complete) {
    /** Nothing is synchronised to disk: after a crash of the whole host, a run that had not been merged never was. */
    private static final String SUPERUSER_OPTIONS = "redirect_dir=on,index=on,volatile";

    private static final String USER_OPTIONS = "userxattr,volatile";

    /** What the map says where no user namespace is between this process and the host, user_namespaces(7). */
    private static final String WHOLE_HOST = "0 0 4294967295";

    static OverlayMode of(Caller caller) {
        boolean superuser = caller.isRoot() && isInitialUserNamespace();
        return new OverlayMode(StageList.ownMounts(caller), superuser ? SUPERUSER_OPTIONS : USER_OPTIONS, superuser);
    }

    private static boolean isInitialUserNamespace() {
        try (FileInputStream file = new FileInputStream("/proc/self/uid_map")) {
            String map = new String(file.readAllBytes(), StandardCharsets.US_ASCII);
            return map.strip().replaceAll("\\s+", " ").equals(WHOLE_HOST);
        } catch (IOException e) {
            return false;
        }
    }
}
