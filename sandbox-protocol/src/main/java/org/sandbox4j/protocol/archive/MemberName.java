package org.sandbox4j.protocol.archive;

import java.util.ArrayList;
import java.util.List;
import org.sandbox4j.protocol.archive.ArchiveException.Problem;
import org.sandbox4j.protocol.tree.FileNames;

/** The names on the path of a member, from the top of the tree; none for the top itself. */
record MemberName(List<String> names) {
    private static final int MAX_NAME_BYTES = 255;
    private static final int MAX_SHOWN = 200;

    MemberName {
        names = List.copyOf(names);
    }

    /**
     * Reads a path as it stands in an archive; {@code .} and empty names are left out. One of slashes alone is the top, as some
     * programs write it when they pack a directory under an empty name.
     */
    static MemberName parse(String text, ArchiveLimits limits) {
        checkText(text, text, limits);
        if (text.startsWith("/") && !isOnlySlashes(text)) {
            throw ArchiveException.at(text, Problem.NAME, "its path is absolute.");
        }
        List<String> names = new ArrayList<>();
        for (String name : text.split("/", -1)) {
            if (name.equals("..")) {
                throw ArchiveException.at(text, Problem.NAME, "its path has '..' in it.");
            }
            if (bytes(name) > MAX_NAME_BYTES) {
                throw ArchiveException.at(text, Problem.NAME, "a name in its path has more than 255 bytes.");
            }
            if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        if (names.size() > limits.maxDepth()) {
            throw ArchiveException.at(text, Problem.LIMIT, "it is deeper than " + limits.maxDepth() + " names.");
        }
        return new MemberName(names);
    }

    private static boolean isOnlySlashes(String text) {
        return text.chars().allMatch(c -> c == '/');
    }

    /** Checks the text of a symbolic link, which may lead anywhere: nothing here follows it. */
    static void checkLinkText(String member, String text, ArchiveLimits limits) {
        checkText(member, text, limits);
        if (text.isEmpty()) {
            throw ArchiveException.at(member, Problem.NAME, "it is a link without a target.");
        }
    }

    private static void checkText(String member, String text, ArchiveLimits limits) {
        if (text.indexOf('\0') >= 0 || text.indexOf('\uFFFD') >= 0) {
            // Where an extended header is no UTF-8, commons-compress puts U+FFFD.
            throw ArchiveException.at(member, Problem.NAME, "NUL or bytes that are no UTF-8 in a name.");
        }
        if (!FileNames.isText(text)) {
            throw ArchiveException.at(member, Problem.NAME, "half of a surrogate pair in a name.");
        }
        if (bytes(text) > limits.maxNameBytes()) {
            throw ArchiveException.at(
                    member, Problem.LIMIT, "a path or target of more than " + limits.maxNameBytes() + " bytes.");
        }
    }

    private static int bytes(String text) {
        return FileNames.encode(text).length;
    }

    boolean isTop() {
        return names.isEmpty();
    }

    List<String> parents() {
        return names.subList(0, names.size() - 1);
    }

    String last() {
        return names.get(names.size() - 1);
    }

    String text() {
        return String.join("/", names);
    }

    /** For messages: without control characters, and not too long. */
    static String printable(String name) {
        String shown = name.length() <= MAX_SHOWN ? name : name.substring(0, MAX_SHOWN) + "...";
        return shown.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
    }
}
