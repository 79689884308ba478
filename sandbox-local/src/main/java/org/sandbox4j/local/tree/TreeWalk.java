package org.sandbox4j.local.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.sandbox4j.SandboxSetupException;

/**
 * Walks a staged tree as a process inside would: a link's absolute target starts at the sandbox's root, and {@code ..} never
 * leaves it. Handles stay open along the way, so a directory that is swapped meanwhile changes nothing.
 */
final class TreeWalk implements AutoCloseable {
    /** As many as the kernel follows, path_resolution(7). */
    private static final int MAX_LINKS = 40;

    private final Path root;
    private final DirectoryHandle top;
    private final Collection<String> mounts;
    private final List<Path> walked = new ArrayList<>();
    private final Deque<DirectoryHandle> handles = new ArrayDeque<>();
    private int links;

    /**
     * Prepares a walk.
     *
     * @param top an open handle of the root, which stays open
     * @param mounts paths where the walk ends, since something is mounted there
     */
    TreeWalk(Path root, DirectoryHandle top, Collection<String> mounts) {
        this.root = root;
        this.top = top;
        this.mounts = mounts;
    }

    Resolution resolve(String path) throws IOException {
        Deque<Path> pending = new ArrayDeque<>(TreePath.names(root, path));
        while (!pending.isEmpty()) {
            Path name = pending.pop();
            if (name.toString().equals("..")) {
                leave();
                continue;
            }
            walked.add(name);
            String here = TreePath.path(walked);
            if (mounts.contains(here)) {
                return mounted(path, pending);
            }
            Optional<BasicFileAttributes> found = here().attributes(name);
            if (found.isEmpty()) {
                return missing(path, pending);
            }
            BasicFileAttributes attributes = found.get();
            if (attributes.isSymbolicLink()) {
                follow(path, here, pending);
            } else if (pending.isEmpty()) {
                return found(here, attributes);
            } else if (attributes.isDirectory()) {
                handles.push(here().enter(name));
            } else {
                throw new SandboxSetupException("Cannot use '" + path + "' in the sandbox: '" + here
                        + "' is not a directory. Remove that file from the root, or choose another path.");
            }
        }
        return found(
                TreePath.path(walked),
                here().attributes(root.getFileSystem().getPath(".")).orElseThrow());
    }

    @Override
    public void close() throws IOException {
        for (DirectoryHandle handle : handles) {
            handle.close();
        }
        handles.clear();
    }

    private DirectoryHandle here() {
        return handles.isEmpty() ? top : handles.element();
    }

    private static Resolution found(String path, BasicFileAttributes attributes) {
        return attributes.isDirectory()
                ? new Resolution(path, Resolution.Kind.DIRECTORY, Optional.empty(), DirectoryIdentity.of(attributes))
                : new Resolution(path, Resolution.Kind.FILE, Optional.empty(), Optional.empty());
    }

    private void leave() throws IOException {
        if (!walked.isEmpty()) {
            walked.remove(walked.size() - 1);
            handles.pop().close();
        }
    }

    /**
     * Replaces the last name walked by what its link says. The text is read by path, since the JDK reads no link through a
     * handle; a wrong answer only sends the walk elsewhere inside the root.
     */
    private void follow(String path, String here, Deque<Path> pending) throws IOException {
        if (++links > MAX_LINKS) {
            throw new SandboxSetupException("Cannot use '" + path + "' in the sandbox: more than " + MAX_LINKS
                    + " links lead to each other, the last at '" + here + "'. Remove the loop from the root.");
        }
        Path target = Files.readSymbolicLink(TreePath.onHost(root, here));
        walked.remove(walked.size() - 1);
        if (target.isAbsolute()) {
            while (!walked.isEmpty()) {
                leave();
            }
        }
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
            Path name = target.getName(i);
            if (!name.toString().isEmpty() && !name.toString().equals(".")) {
                pending.push(TreePath.exact(root, name));
            }
        }
    }

    private Resolution mounted(String path, Deque<Path> pending) {
        refuseParents(path, pending);
        walked.addAll(pending);
        String full = TreePath.path(walked);
        Optional<String> innermost = mounts.stream()
                .filter(mount -> (full + "/").startsWith(mount + "/"))
                .max(Comparator.comparingInt(String::length));
        return new Resolution(full, Resolution.Kind.MOUNTED, innermost, Optional.empty());
    }

    private Resolution missing(String path, Deque<Path> pending) {
        refuseParents(path, pending);
        walked.addAll(pending);
        return new Resolution(TreePath.path(walked), Resolution.Kind.MISSING, Optional.empty(), Optional.empty());
    }

    private void refuseParents(String path, Deque<Path> pending) {
        if (pending.stream().anyMatch(name -> name.toString().equals(".."))) {
            throw new SandboxSetupException(
                    "Cannot use '" + path
                            + "' in the sandbox: a link on the way leads through '..' of a directory that is not in the root. Correct the link.");
        }
    }
}
