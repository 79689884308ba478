/*
 * Renames in many ways, and prints what came of it. What is named is below the work directory.
 *   make                 makes a tree for each case, try tries the cases: a line for each, and for each file then
 *   move OLD NEW         prints the error of rename(2); a name is "success"
 *   move-often OLD NEW   the same, while signals with a restarting handler come every half millisecond
 *   move-at DIR OLD NEW  by a descriptor of DIR, from another work directory
 *   move-chrooted DIR OLD NEW   in a user namespace of its own, with DIR as its root
 *   move-by-thread DIR OLD NEW  by a second thread, which has DIR as its work directory which the first has not
 *   race COUNT OLD       so many processes move OLD to NEW-0, NEW-1, ...; prints the outcomes, sorted
 *   make-many DIR COUNT  makes so many files, ten in each directory
 *   make-deep DIR DEPTH  makes so many directories, one in the other, with a name of one file in each;
 *   move-deep DIR        moves it to NEW and counts what it finds there
 *   open-files DIR NEW   moves DIR while DIR/read is open for reading and DIR/write for writing
 *   listen, landlock     prints the error of asking for a listener of one's own, or for a Landlock rule set
 *   old-kernel PROGRAM   becomes the program, for which seccomp(2) is that of Linux 5.18
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

static const char *const olds[] = {
    "full", "full//", "empty", "file", "link", "link/", "missing", "full/sub", "full/x", "./other/../full", "full/.", "",
};
static const char *const news[] = {
    "fresh", "fresh/", "empty", "other", "file", "file/", "link", "link/", "full", "full/inside", "full/sub",
    "link/fresh", "missing/fresh", "other/y", "..", "readonly/fresh", "longer",
};
static const unsigned flags[] = {0, 1, 2, 3};

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static void check(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
}

static void age(const char *path, long seconds)
{
    struct timespec times[] = {{1000000000 + seconds, 111111111}, {1000000000 + seconds, 123456789}};
    check(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), path);
}

static void make_file(const char *path, const char *content)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
    check(file, path);
    check(write(file, content, strlen(content)), path);
    close(file);
    age(path, 1);
}

static void make_directory(const char *path)
{
    check(mkdir(path, 0755), path);
}

static void make_tree(void)
{
    make_directory("full");
    make_directory("full/sub");
    make_directory("full/sub/deep");
    make_directory("full/.hidden");
    make_directory("full/sealed");
    make_directory("empty");
    make_directory("other");
    make_directory("other/more");
    make_directory("readonly");
    make_file("full/x", "x");
    make_file("full/sub/y", "y");
    make_file("full/sub/deep/z", "z");
    make_file("full/sealed/s", "s");
    make_file("other/y", "other y");
    make_file("file", "file");
    check(link("full/sub/deep/z", "full/sub/deep/hard"), "hard");
    check(symlink("x", "full/soft"), "soft");
    check(symlink("full", "link"), "link");
    check(mkfifo("full/sub/fifo", 0640), "fifo");
    check(setxattr("full/sub", "user.test", "value", 5, 0), "xattr");
    check(chmod("full", 0750), "full");
    check(chmod("full/sub/deep", 01777), "deep");
    check(chmod("full/.hidden", 02775), "hidden");
    check(chmod("full/sealed", 0500), "sealed");
    check(chmod("readonly", 0555), "readonly");
    const char *directories[] = {"full/sub/deep", "full/sub", "full/.hidden", "full/sealed", "full", "empty", "other/more", "other", "readonly"};
    for (size_t i = 0; i < LENGTH(directories); i++)
        age(directories[i], 10 + (long)i);
}

static int by_name(const struct dirent **one, const struct dirent **other)
{
    return strcmp((*one)->d_name, (*other)->d_name);
}

static void print_tree(const char *directory)
{
    struct dirent **entries;
    int count = scandir(directory, &entries, NULL, by_name);
    for (int i = 0; i < count; i++) {
        char path[4096], text[256] = "", attribute[64] = "";
        struct stat status;
        if (!strcmp(entries[i]->d_name, ".") || !strcmp(entries[i]->d_name, ".."))
            continue;
        snprintf(path, sizeof path, "%s/%s", directory, entries[i]->d_name);
        check(lstat(path, &status), path);
        if (S_ISLNK(status.st_mode))
            check(readlink(path, text, sizeof text - 1), path);
        if (S_ISREG(status.st_mode)) {
            int file = open(path, O_RDONLY);
            check(file, path);
            check(read(file, text, sizeof text - 1), path);
            close(file);
        }
        lgetxattr(path, "user.test", attribute, sizeof attribute - 1);
        printf("  %s %o %d:%d links %d", path, status.st_mode, status.st_uid, status.st_gid, S_ISDIR(status.st_mode) ? 0 : (int)status.st_nlink);
        if (status.st_mtim.tv_sec < 1100000000)
            printf(" %ld.%09ld", status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
        printf(" '%s' '%s'\n", text, attribute);
        if (S_ISDIR(status.st_mode))
            print_tree(path);
        free(entries[i]);
    }
    free(entries);
}

static void enter_case(int number, int make)
{
    char name[16];
    snprintf(name, sizeof name, "%d", number);
    if (make)
        make_directory(name);
    check(chdir(name), name);
    if (make)
        make_tree();
}

static const char *lengthen(const char *name)
{
    static char longer[300];
    if (strcmp(name, "longer"))
        return name;
    memset(longer, 'x', 256);
    return longer;
}

static void try_all(int make)
{
    int number = 0;
    for (size_t o = 0; o < LENGTH(olds); o++)
        for (size_t n = 0; n < LENGTH(news); n++)
            for (size_t f = 0; f < LENGTH(flags); f++, number++) {
                enter_case(number, make);
                if (!make) {
                    const char *new = lengthen(news[n]);
                    errno = 0;
                    long result = f ? syscall(SYS_renameat2, AT_FDCWD, olds[o], AT_FDCWD, new, flags[f]) : rename(olds[o], new);
                    printf("'%s' '%s' %u: %ld %s\n", olds[o], news[n], flags[f], result, strerrorname_np(errno));
                    print_tree(".");
                }
                check(chdir(".."), "..");
            }
}

static int print_result(long result)
{
    puts(result < 0 ? strerrorname_np(errno) : "success");
    return 0;
}

static void ignore(int signal)
{
    (void)signal;
}

static int move_often(const char *old, const char *new)
{
    struct sigaction action = {.sa_handler = ignore, .sa_flags = SA_RESTART};
    struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
    check(sigaction(SIGALRM, &action, NULL), "sigaction");
    check(setitimer(ITIMER_REAL, &often, NULL), "setitimer");
    long result = rename(old, new);
    int error = errno;
    check(setitimer(ITIMER_REAL, &never, NULL), "setitimer");
    errno = error;
    return print_result(result);
}

static int move_at(const char *directory, const char *old, const char *new)
{
    int descriptor = open(directory, O_PATH);
    check(descriptor, directory);
    check(chdir("/"), "/");
    return print_result(renameat(descriptor, old, descriptor, new));
}

static int move_chrooted(const char *directory, const char *old, const char *new)
{
    check(unshare(CLONE_NEWUSER), "unshare");
    check(chroot(directory), directory);
    check(chdir("/"), "/");
    return print_result(rename(old, new));
}

static void *move_in_thread(void *arguments)
{
    char **names = arguments;
    check(unshare(CLONE_FS), "unshare");
    check(chdir(names[0]), names[0]);
    print_result(rename(names[1], names[2]));
    return NULL;
}

static int move_by_thread(char **names)
{
    pthread_t thread;
    check(-pthread_create(&thread, NULL, move_in_thread, names), "thread");
    check(-pthread_join(thread, NULL), "join");
    return 0;
}

static int race(int count, const char *old)
{
    int errors[200] = {0};
    int start[2];
    check(pipe(start), "pipe");
    for (int i = 0; i < count; i++)
        if (fork() == 0) {
            char new[32], wait;
            snprintf(new, sizeof new, "NEW-%d", i);
            close(start[1]);
            check(read(start[0], &wait, 1), "read");
            _exit(rename(old, new) < 0 ? errno : 0);
        }
    close(start[0]);
    close(start[1]);
    for (int status; wait(&status) > 0;)
        errors[WEXITSTATUS(status)]++;
    for (int i = 0; i < 200; i++)
        if (errors[i])
            printf("%d %s\n", errors[i], i ? strerrorname_np(i) : "success");
    return 0;
}

static int make_many(const char *directory, int count)
{
    char path[256];
    make_directory(directory);
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%d", directory, i / 10);
        if (i % 10 == 0)
            make_directory(path);
        snprintf(path, sizeof path, "%s/%d/%d", directory, i / 10, i);
        make_file(path, "content");
    }
    return 0;
}

/* Of 100 characters, so that 50 of them are longer than any path that the kernel takes. */
static const char *long_name(void)
{
    static char name[101];
    memset(name, 'd', 100);
    return name;
}

static int step_into(int directory, const char *name)
{
    int next = openat(directory, name, O_PATH | O_DIRECTORY);
    close(directory);
    return next;
}

static int make_deep(const char *name, int depth)
{
    int directory = open(".", O_PATH), above;
    for (int i = 0; i < depth; i++, name = long_name()) {
        check(mkdirat(directory, name, 0755), "mkdirat");
        above = directory;
        directory = openat(directory, name, O_PATH | O_DIRECTORY);
        check(i ? linkat(above, "f", directory, "f", 0) : openat(directory, "f", O_WRONLY | O_CREAT, 0644), "f");
        close(above);
    }
    return 0;
}

static int move_deep(const char *old)
{
    print_result(rename(old, "NEW"));
    struct stat status = {0};
    int depth = 0;
    for (int directory = step_into(open(".", O_PATH), "NEW"); directory >= 0; directory = step_into(directory, long_name()))
        depth += fstatat(directory, "f", &status, 0) == 0;
    printf("%d deep, %d links\n", depth, (int)status.st_nlink);
    return 0;
}

static int open_files(const char *directory, const char *new)
{
    char text[16] = "";
    check(chdir(directory), directory);
    int reading = open("read", O_RDONLY), writing = open("write", O_WRONLY | O_APPEND);
    check(chdir(".."), "..");
    check(rename(directory, new), "rename");
    check(write(writing, " more", 5), "write");
    check(read(reading, text, sizeof text - 1), "read");
    printf("%s\n", text);
    check(chdir(new), new);
    int written = open("write", O_RDONLY);
    check(read(written, text, sizeof text - 1), "read again");
    printf("%s\n", text);
    return 0;
}

static int refuse_new_flags(char **program)
{
    struct sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 1 << 5, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {LENGTH(instructions), instructions};
    check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
    check(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter), "seccomp");
    check(execv(program[0], program), program[0]);
    return 1;
}

static int listen_oneself(void)
{
    struct sock_filter instructions[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog filter = {LENGTH(instructions), instructions};
    return print_result(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter));
}

static int fits(char **arguments, const char *name, int wanted)
{
    int count = 0;
    while (arguments[count])
        count++;
    return count >= 1 && !strcmp(arguments[0], name) && (wanted < 0 || count == wanted + 1);
}

int main(int count, char **arguments)
{
    char **a = arguments + (count > 0);
    umask(022);
    if (fits(a, "make", 0) || fits(a, "try", 0)) {
        try_all(!strcmp(a[0], "make"));
        return 0;
    }
    if (fits(a, "move", 2))
        return print_result(rename(a[1], a[2]));
    if (fits(a, "move-often", 2))
        return move_often(a[1], a[2]);
    if (fits(a, "move-at", 3))
        return move_at(a[1], a[2], a[3]);
    if (fits(a, "move-chrooted", 3))
        return move_chrooted(a[1], a[2], a[3]);
    if (fits(a, "move-by-thread", 3))
        return move_by_thread(a + 1);
    if (fits(a, "race", 2))
        return race(atoi(a[1]), a[2]);
    if (fits(a, "make-many", 2))
        return make_many(a[1], atoi(a[2]));
    if (fits(a, "make-deep", 2))
        return make_deep(a[1], atoi(a[2]));
    if (fits(a, "move-deep", 1))
        return move_deep(a[1]);
    if (fits(a, "open-files", 2))
        return open_files(a[1], a[2]);
    if (fits(a, "listen", 0))
        return listen_oneself();
    if (fits(a, "landlock", 0))
        return print_result(syscall(444 /* landlock_create_ruleset */, NULL, 0, 1));
    if (fits(a, "old-kernel", -1))
        return refuse_new_flags(a + 1);
    fprintf(stderr, "see the head of renames.c\n");
    return 2;
}
