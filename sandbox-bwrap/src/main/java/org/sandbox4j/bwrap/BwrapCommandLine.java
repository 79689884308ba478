package org.sandbox4j.bwrap;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.sandbox4j.Sandbox;
import org.sandbox4j.local.host.HostFacts;
import org.sandbox4j.local.launch.Descriptors;
import org.sandbox4j.local.plan.Mount;
import org.sandbox4j.local.plan.SandboxPlan;

/**
 * Makes bubblewrap's options for a plan, in the order in which it carries them out, bwrap(1). A pure function; the reason for
 * each option is in {@code docs/security.md}.
 */
final class BwrapCommandLine {
    private final BwrapFeatures features;
    private final HostFacts host;
    private final boolean nestedNamespaces;
    private final List<String> options = new ArrayList<>();
    private final List<String> remounts = new ArrayList<>();
    private final Map<String, Integer> modes = new LinkedHashMap<>();

    private BwrapCommandLine(BwrapFeatures features, HostFacts host, boolean nestedNamespaces) {
        this.features = features;
        this.host = host;
        this.nestedNamespaces = nestedNamespaces;
    }

    /**
     * The options, and what they leave to the init program.
     *
     * @param options bubblewrap's options without its name and without the command
     * @param modes directories whose mode this bubblewrap cannot set
     */
    record Options(List<String> options, Map<String, Integer> modes) {}

    static Options of(SandboxPlan plan, BwrapInstallation installation, boolean nestedNamespaces, boolean filtered) {
        BwrapCommandLine line = new BwrapCommandLine(installation.features(), installation.host(), nestedNamespaces);
        line.namespaces(plan);
        line.privileges(plan);
        if (filtered) {
            line.add("--seccomp", Integer.toString(Descriptors.SECCOMP));
        }
        line.root(plan);
        plan.mounts().forEach(line::mount);
        line.options.addAll(line.remounts);
        return new Options(List.copyOf(line.options), Map.copyOf(line.modes));
    }

    private void namespaces(SandboxPlan plan) {
        add("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try");
        if (!plan.network()) {
            add("--unshare-net");
        }
        add("--hostname", plan.hostname());
        if (features.disablesUserNamespaces() && !nestedNamespaces) {
            add("--disable-userns");
        }
    }

    private void privileges(SandboxPlan plan) {
        add("--uid", Integer.toString(plan.uid()), "--gid", Integer.toString(plan.gid()));
        add("--new-session", "--as-pid-1", "--cap-drop", "ALL");
        if (nestedNamespaces && plan.uid() == 0) {
            // Nobody without it may give a user namespace the uid 0 of its parent, user_namespaces(7).
            add("--cap-add", "CAP_SETFCAP");
        }
    }

    /** A read-only bind, never a bind that is remounted: a remount can be undone. */
    private void root(SandboxPlan plan) {
        add(plan.rootWritable() ? "--bind" : "--ro-bind", plan.root().toString(), "/");
    }

    private void mount(Mount mount) {
        if (mount instanceof Mount.Bind bind) {
            bind(bind);
        } else if (mount instanceof Mount.Memory memory) {
            memory(memory.target(), memory.mode(), memory.size());
        } else if (mount instanceof Mount.Directory directory) {
            add("--dir", directory.target());
        } else if (mount instanceof Mount.Processes processes) {
            processes(processes.target());
        } else if (mount instanceof Mount.Devices devices) {
            devices(devices);
        }
    }

    private void bind(Mount.Bind bind) {
        String option = bind.device() ? "--dev-bind" : bind.writable() ? "--bind" : "--ro-bind";
        add(option, bind.source().toString(), bind.target());
    }

    private void memory(String target, int mode, OptionalLong size) {
        if (features.setsModes()) {
            add("--perms", "%04o".formatted(mode));
        } else if (mode != 0755) {
            modes.put(target, mode);
        }
        if (features.sizesFileSystems()) {
            size.ifPresent(bytes -> add("--size", Long.toString(bytes)));
        }
        add("--tmpfs", target);
    }

    /** The covers are the host's own /dev/null, never the tree's, and made unusable as a device by the bind. */
    private void processes(String target) {
        add("--proc", target);
        host.maskedFiles().forEach(name -> add("--ro-bind", "/dev/null", target + "/" + name));
        host.maskedDirectories().forEach(name -> {
            memory(target + "/" + name, 0755, OptionalLong.empty());
            remounts.addAll(List.of("--remount-ro", target + "/" + name));
        });
        host.readOnlyEntries().forEach(name -> add("--ro-bind", "/proc/" + name, target + "/" + name));
    }

    private void devices(Mount.Devices devices) {
        if (nestedNamespaces) {
            hideBareProcesses(devices.target());
        }
        if (devices.terminals() == Mount.Terminals.OF_BACKEND) {
            devicesOfBubblewrap(devices.target());
        } else {
            ownDevices(devices.target(), devices.terminals());
        }
        if (devices.sharedMemory()) {
            memory(devices.target() + "/shm", 01777, devices.sharedMemorySize());
        }
        // Last of all, since later mounts may need a place in it.
        remounts.addAll(List.of("--remount-ro", devices.target()));
    }

    /**
     * The kernel permits a nested sandbox a /proc of its own only where one is mounted that nothing covers. The next mount on
     * this place hides it from everybody. Bubblewrap covers parts of each that it mounts for who could write them; the host's
     * is bare then.
     */
    private void hideBareProcesses(String target) {
        memory(target, 0755, OptionalLong.empty());
        if (host.writable()) {
            add("--bind", "/proc", target + "/proc");
        } else {
            add("--proc", target + "/proc");
        }
    }

    /** Nothing else mounts a devpts. The last resort, since a few entries come along that the contract lacks. */
    private void devicesOfBubblewrap(String target) {
        add("--dev", target);
    }

    private void ownDevices(String target, Mount.Terminals terminals) {
        memory(target, 0755, OptionalLong.empty());
        List<String> nodes = new ArrayList<>(Sandbox.DEVICES);
        nodes.add("/dev/full");
        if (terminals != Mount.Terminals.NONE) {
            nodes.add("/dev/tty");
            add("--symlink", "pts/ptmx", target + "/ptmx");
        }
        nodes.forEach(node -> add("--dev-bind", node, target + node.substring("/dev".length())));
        add("--symlink", "/proc/self/fd", target + "/fd");
        add("--symlink", "/proc/self/fd/0", target + "/stdin");
        add("--symlink", "/proc/self/fd/1", target + "/stdout");
        add("--symlink", "/proc/self/fd/2", target + "/stderr");
    }

    private void add(String... arguments) {
        options.addAll(List.of(arguments));
    }
}
