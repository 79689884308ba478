package org.sandbox4j.local.merge;

import java.util.List;
import java.util.stream.Stream;

/** A tree, and what a run does in it. Times that scripts set are of 2001, which tells them from those of the run. */
record MergeCase(String name, Who who, String setup, String script) {
    enum Who {
        ANYBODY,
        ROOT
    }

    private static final String SETTLE = "\nfind . -depth -exec touch -h -d '2001-01-01 01:02:03.123456789' {} + || :";

    private static MergeCase anybody(String name, String setup, String script) {
        return new MergeCase(name, Who.ANYBODY, setup + SETTLE, script);
    }

    private static MergeCase root(String name, String setup, String script) {
        return new MergeCase(name, Who.ROOT, setup + SETTLE, script);
    }

    @Override
    public String toString() {
        return name;
    }

    boolean isFor(Caller caller) {
        return who == Who.ANYBODY || caller == Caller.ROOT;
    }

    static Stream<MergeCase> all() {
        return Stream.of(ENTRIES, TYPES, DIRECTORIES, ATTRIBUTES, LINKS, RENAMES)
                .flatMap(List::stream);
    }

    private static final String FILES = "mkdir -p a/b/c d; echo 1 >a/1; echo 2 >a/b/2; echo 3 >a/b/c/3; echo 4 >d/4";

    private static final List<MergeCase> ENTRIES = List.of(
            anybody("nothing", FILES, "true"),
            anybody("new files", FILES, "echo n >n; echo n >a/n; echo n >a/b/c/n"),
            anybody("changed files", FILES, "echo c >>a/1; echo c >a/b/2; : >a/b/c/3; echo 4 >d/new; mv d/new d/4"),
            anybody("deleted files", FILES, "rm a/1 a/b/c/3 d/4"),
            anybody(
                    "files made and deleted",
                    FILES,
                    "echo n >a/n; rm a/n; rm a/1; echo again >a/1; rm d/4; mkdir d/4; rmdir d/4"),
            anybody("new directories", FILES, "mkdir -p n/m/o a/n/m; echo x >n/m/x; echo y >a/n/m/y"),
            anybody("deleted directories", FILES, "rm -r a/b; rm d/4; rmdir d"),
            anybody("renamed files", FILES, "mv a/1 d/1; mv a/b/2 two; mv d/4 a/b/2; mv a/b/c/3 a/b/c/33"),
            anybody("everything deleted", FILES, "rm -r a d"),
            anybody(
                    "names of any bytes",
                    "mkdir \"$(printf 'd\\377')\"; echo 1 >\"$(printf 'd\\377/\\200 \\n')\"; echo 2 >\"$(printf 'x\\001')\"",
                    "cd \"$(printf 'd\\377')\"; echo 2 >>\"$(printf '\\200 \\n')\"; echo 3 >\"$(printf '\\303\\050')\"; cd ..; "
                            + "rm \"$(printf 'x\\001')\"; mkdir \"$(printf '\\376')\"; echo 4 >\"$(printf '\\376/\\376')\"; "
                            + "n=$(printf '%0255d' 7); mkdir $n; echo l >$n/$n; echo - >-; echo . >...; echo ' ' >' '"),
            anybody(
                    "long names",
                    "n=$(printf '%0255d' 7); mkdir -p $n/$n; echo 1 >$n/$n/$n",
                    "n=$(printf '%0255d' 7); echo 2 >>$n/$n/$n; mkdir $n/new; echo 3 >$n/new/$n"));

    private static final List<MergeCase> TYPES = List.of(
            anybody("file replaced by directory", FILES, "rm a/1; mkdir a/1; echo x >a/1/x; rm d/4; mkdir d/4"),
            anybody("directory replaced by file", FILES, "rm -r a/b; echo x >a/b; rm -r d; echo y >d"),
            anybody(
                    "directory replaced by directory",
                    FILES,
                    "rm -r a; mkdir a; echo x >a/x; mkdir a/b; echo y >a/b/y"),
            anybody(
                    "link replaced by directory",
                    FILES + "; ln -s a l; ln -s nowhere m",
                    "rm l m; mkdir l m; echo x >l/x"),
            anybody("directory replaced by link", FILES, "rm -r a/b; ln -s ../d a/b; rm -r d; ln -s /etc d"),
            anybody(
                    "links of all kinds",
                    FILES + "; ln -s a l; ln -s /etc/passwd p; ln -s l ll",
                    "ln -s ../.. a/up; ln -sfn d l; rm p; ln -s loop loop; echo x >l/through; "
                            + "touch -h -d '2001-02-03 04:05:06.7' a/up"),
            anybody(
                    "fifos and sockets",
                    FILES + "; mkfifo f",
                    "mkfifo a/f d/g; rm f; echo x >f; perl -MSocket -e "
                            + "'socket(S,PF_UNIX,SOCK_STREAM,0); bind(S,sockaddr_un(\"a/s\")) or die'; rm d/4; mkfifo d/4; "
                            + "touch -d '2001-02-03 04:05:06.7' a/f"),
            root(
                    "devices",
                    FILES + "; mknod z c 1 5",
                    "mknod a/n c 1 3; mknod b b 7 200; chmod 600 z; rm d/4; mknod d/4 c 1 3"),
            anybody("sparse files", FILES, "truncate -s 4M a/sparse; echo end >>a/sparse; truncate -s 2M a/1"));

    private static final List<MergeCase> DIRECTORIES = List.of(
            anybody(
                    "modes",
                    FILES,
                    "chmod 700 a; chmod 1777 d; chmod 2755 a/b; chmod 500 a/b/c; mkdir -m 1700 n; mkdir -m 2711 n/m; "
                            + "mkdir -m 0 z; chmod 4755 a/1; chmod 0 d/4; chmod 711 ."),
            anybody(
                    "directories without permissions",
                    FILES,
                    "echo n >a/b/c/n; rm a/b/c/3; chmod 0 a/b/c; echo n >a/b/n; chmod 111 a/b; mkdir -p n/m; echo x >n/m/x; "
                            + "chmod 0 n/m; chmod 555 n; chmod 555 a"),
            anybody(
                    "directories without permissions before",
                    FILES + "; chmod 0 a/b/c; chmod 555 a/b; chmod 0 d",
                    "chmod 755 a/b; chmod 700 a/b/c; echo n >a/b/c/n; rm -r a/b/c/3; chmod 0 a/b/c; chmod 555 a/b; chmod 755 d"),
            anybody(
                    "times",
                    FILES,
                    "touch -d '2001-05-06 07:08:09.000000001' a d/4; mkdir -p n/m; touch -d '2002-01-01 00:00:00.5' n/m n; "
                            + "echo x >a/b/c/x; touch -d '1970-01-01 00:00:01' a/b/c; touch -d '2003-01-01' ."),
            anybody("top directory alone", FILES, "chmod 700 .; touch -d '2001-05-06 07:08:09.9' ."),
            anybody(
                    "times of an opaque directory",
                    FILES,
                    "rm -r a; mkdir -p a/b; touch -d '2001-05-06 07:08:09.9' a/b a"),
            root(
                    "owners",
                    FILES + "; chown 5:6 a d/4",
                    "chown 1:2 a; chown 3:4 a/1; chown -h 7 .; mkdir n; chown 8:9 n; "
                            + "chown 10 d; echo x >d/x; chown 11:12 d/x; chmod 2775 d"));

    private static final String ACL =
            "0x0200000001000700ffffffff02000500010000000400 0500ffffffff10000700ffffffff20000500ffffffff"
                    .replace(" ", "");

    /** More than half of what ext4 has room for, and more than fits into an inode. */
    private static final String SIZES = "large=$(printf '%03000d' 7); medium=$(printf '%0300d' 7); ";

    private static final List<MergeCase> ATTRIBUTES = List.of(
            anybody(
                    "attributes",
                    FILES + "; setfattr -n user.old -v 1 a; setfattr -n user.gone -v 1 a; setfattr -n user.f -v 1 a/1",
                    "setfattr -n user.new -v 2 a; setfattr -x user.gone a; setfattr -n user.old -v 22 a; setfattr -n user.f -v 2 a/1; "
                            + "mkdir n; setfattr -n user.n -v 3 n; echo x >n/x; setfattr -n user.x -v 4 n/x; setfattr -n user.top -v 5 ."),
            anybody(
                    "attributes that change sizes",
                    FILES + "; " + SIZES + "setfattr -n user.a -v $medium a; setfattr -n user.b -v $large a",
                    SIZES
                            + "setfattr -x user.b a; setfattr -n user.a -v $large a; setfattr -n user.b -v $medium a; echo x >a/x"),
            root(
                    "security attributes",
                    FILES,
                    "setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 a/1; "
                            + "setfattr -n trusted.mine -v 1 a; setfattr -n trusted.mine -v 1 d/4"),
            root(
                    "access control lists",
                    FILES,
                    "setfattr -n system.posix_acl_access -v " + ACL + " a; setfattr -n system.posix_acl_default -v "
                            + ACL + " d; mkdir d/inherits; echo x >d/too"));

    private static final List<MergeCase> LINKS = List.of(
            anybody(
                    "links made in the run",
                    FILES,
                    "echo n >n; ln n a/n; ln n a/b/c/n; ln a/b/n2 q 2>/dev/null; mkdir m; ln n m/n; echo more >>m/n"),
            anybody("links to an old file", FILES, "ln a/1 d/1; ln a/1 one; ln d/4 a/b/4; rm d/4"),
            root(
                    "linked file changed",
                    FILES + "; ln a/1 d/1; ln a/1 one; ln a/b/2 a/b/c/2",
                    "echo c >>a/1; echo d >>a/b/c/2"),
            root("linked file unlinked", FILES + "; ln a/1 d/1; ln a/1 one", "rm a/1"),
            root("linked file changed and unlinked", FILES + "; ln a/1 d/1; ln a/1 one", "echo c >>a/1; rm a/1"),
            root("linked file replaced", FILES + "; ln a/1 d/1; ln a/1 one", "rm a/1; echo new >a/1; chmod 600 one"),
            root(
                    "linked file renamed and linked again",
                    FILES + "; ln a/1 d/1; ln a/1 one",
                    "mv a/1 a/b/x; ln one two; echo c >>two; mv -f d/1 d/2"),
            root(
                    "linked links and fifos",
                    FILES + "; ln -s x l; ln l a/l; mkfifo f; ln f d/f",
                    "touch -h -d '2002-02-02' l; chmod 600 f"),
            root("linked file in a deleted directory", FILES + "; ln a/1 a/b/1; ln a/1 d/1", "echo c >>a/1; rm -r a/b"),
            root(
                    "linked file in a replaced directory",
                    FILES + "; ln a/1 a/b/1; ln a/1 d/1",
                    "echo c >>d/1; rm -r a/b; mkdir a/b; echo other >a/b/1"),
            root(
                    "linked file in a renamed directory",
                    FILES + "; ln a/1 a/b/1; ln a/1 d/1; ln a/1 a/b/c/1",
                    "echo c >>d/1; mv a/b x; mkdir a/b; echo other >a/b/1"));

    private static final List<MergeCase> RENAMES = List.of(
            root("renamed directory", FILES, "mv a x"),
            root(
                    "renamed directory with changes",
                    FILES,
                    "mv a x; echo c >>x/1; rm x/b/2; echo n >x/b/c/n; chmod 700 x/b"),
            root("moved directory", FILES, "mv a/b d/bb; touch -d '2001-09-09' d/bb"),
            root(
                    "moved into a new directory",
                    FILES,
                    "mkdir -p n/m; mv a/b n/m/bb; echo x >n/m/bb/x; touch -d '2001-09-09 00:00:01.5' n/m"),
            root("nested renames", FILES, "mv a/b/c a/b/cc; mv a/b a/bb; mv a aa; echo x >aa/bb/cc/x"),
            root("child moved out of a renamed directory", FILES, "mv a x; mv x/b y; mv y/c z; echo q >z/q"),
            root("parent moved into its child", FILES, "mv a/b/c t; mv a t/a; echo n >t/a/n"),
            root("swapped directories", FILES, "mv a t; mv d a; mv t d; echo n >a/n; echo m >d/b/m"),
            root(
                    "swapped nested directories",
                    FILES + "; mkdir d/b; echo db >d/b/db",
                    "mv a/b t; mv d/b a/b; mv t d/b; mv a t; mv d a; mv t d; rm a/b/c/3"),
            root("former parent deleted", FILES, "mv a/b x; rm -r a; mv x/c y; rm -r x"),
            root("former parent replaced", FILES, "mv a/b x; rm -r a; mkdir a; mv x a/b; echo n >a/b/n"),
            root("renamed and back", FILES, "mv a x; echo n >x/n; mv x a; mv a/b y; mv y a/b"),
            root("new directory under the old name", FILES, "mv a x; mkdir -p a/b; echo n >a/b/2; mv x/b a/c"),
            root("file under the old name", FILES, "mv a x; echo n >a; mv d y; ln -s x d"),
            root("renamed onto an empty directory", FILES + "; mkdir e", "mv -T a e; mkdir a; mv -T d a"),
            root("renamed and deleted", FILES, "mv a x; rm -r x; mv d y; rm y/4; rmdir y"),
            root(
                    "directory inside two new ones",
                    FILES,
                    "mkdir n n/o; mv a/b n/o/b; mv n p; mv p/o q; echo 1 >q/b/1; mkdir a/b"));
}
