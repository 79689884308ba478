package org.sandbox4j.chroot;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.sandbox4j.Sandbox;
import org.sandbox4j.local.host.HostFacts;
import org.sandbox4j.local.plan.Mount;
import org.sandbox4j.local.plan.SandboxPlan;

/**
 * Says for a plan what our program has to do in the new namespaces, in the words of {@code enter.c}, in the order in which it
 * does it. A pure function; the reason for each is in {@code docs/security.md}.
 */
final class EnterInstructions {
    private final HostFacts host;
    private final boolean nestedNamespaces;
    private final List<String> words = new ArrayList<>();
    private final List<String> seals = new ArrayList<>();

    private EnterInstructions(HostFacts host, boolean nestedNamespaces) {
        this.host = host;
        this.nestedNamespaces = nestedNamespaces;
    }

    /** What becomes of the process when everything is set up. */
    enum End {
        /** It executes the init program. */
        BECOME,
        /** It ends. */
        TRY
    }

    static List<String> of(SandboxPlan plan, HostFacts host, boolean nestedNamespaces, End end) {
        EnterInstructions instructions = new EnterInstructions(host, nestedNamespaces);
        instructions.add("hostname", plan.hostname());
        if (!plan.network()) {
            instructions.add("loopback");
        }
        instructions.add("root", plan.root().toString(), plan.rootWritable() ? "writable" : "read-only");
        plan.mounts().forEach(instructions::mount);
        instructions.seals.forEach(target -> instructions.add("seal", target));
        instructions.add(
                end == End.BECOME ? "become" : "try", Integer.toString(plan.uid()), Integer.toString(plan.gid()));
        return List.copyOf(instructions.words);
    }

    private void mount(Mount mount) {
        if (mount instanceof Mount.Bind bind) {
            String access = bind.device() ? "device" : bind.writable() ? "writable" : "read-only";
            add("bind", bind.source().toString(), bind.target(), access);
        } else if (mount instanceof Mount.Memory memory) {
            memory(memory.target(), memory.mode(), memory.size());
        } else if (mount instanceof Mount.Directory directory) {
            add("directory", directory.target());
        } else if (mount instanceof Mount.Processes processes) {
            processes(processes.target());
        } else if (mount instanceof Mount.Devices devices) {
            devices(devices);
        }
    }

    private void memory(String target, int mode, OptionalLong size) {
        add("memory", target, "%04o".formatted(mode), Long.toString(size.orElse(0)));
    }

    private void processes(String target) {
        add("processes", target, nestedNamespaces ? "nested" : "plain");
        host.maskedFiles().forEach(name -> add("cover", target + "/" + name));
        host.maskedDirectories().forEach(name -> {
            memory(target + "/" + name, 0755, OptionalLong.empty());
            seals.add(target + "/" + name);
        });
        host.readOnlyEntries().forEach(name -> add("shield", target + "/" + name));
    }

    private void devices(Mount.Devices devices) {
        String target = devices.target();
        if (nestedNamespaces) {
            hideBareProcesses(target);
        }
        memory(target, 0755, OptionalLong.empty());
        List<String> nodes = new ArrayList<>(Sandbox.DEVICES);
        nodes.add("/dev/full");
        if (devices.terminals() != Mount.Terminals.NONE) {
            nodes.add("/dev/tty");
        }
        nodes.forEach(node -> add("bind", node, target + node.substring("/dev".length()), "device"));
        add("link", target + "/fd", "/proc/self/fd");
        add("link", target + "/stdin", "/proc/self/fd/0");
        add("link", target + "/stdout", "/proc/self/fd/1");
        add("link", target + "/stderr", "/proc/self/fd/2");
        if (devices.terminals() != Mount.Terminals.NONE) {
            add("terminals", target + "/pts");
            add("link", target + "/ptmx", "pts/ptmx");
        }
        if (devices.sharedMemory()) {
            memory(target + "/shm", 01777, devices.sharedMemorySize());
        }
        // Last of all, since later mounts may need a place in it.
        seals.add(target);
    }

    /**
     * The kernel permits a nested sandbox a /proc of its own only where one is mounted that nothing covers. The next mount on
     * this place hides it from everybody.
     */
    private void hideBareProcesses(String target) {
        memory(target, 0755, OptionalLong.empty());
        add("processes", target + "/proc", "nested");
    }

    private void add(String... instruction) {
        words.addAll(List.of(instruction));
    }
}
