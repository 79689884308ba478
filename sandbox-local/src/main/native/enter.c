/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Enter: makes what unshare(1) has unshared into a sandbox, then becomes its init program. It starts with all powers in
 * namespaces of its own for users, mounts, processes, IPC, host name, control groups and, mostly, the network. It keeps
 * none of these powers: what it has mounted belongs to a user namespace that the command is not in.
 *
 * Nothing is looked up by a path that a link in the root could lead astray: each place is opened in the root, without
 * following links, and what is mounted there is mounted on the open place.
 *
 * Descriptors at start are those of init.c, and
 *   0  instructions        1  failures        3  a seccomp program, or closed
 *
 * Instructions, to the end of descriptor 0, at most 16 MiB: NUL-terminated words, carried out in order
 *   hostname NAME
 *   loopback                             brings the loopback interface of the network namespace up
 *   root PATH ACCESS                     first of the mounts; ACCESS is "read-only" or "writable"
 *   bind SOURCE PLACE ACCESS             a file or directory of the host; ACCESS may be "device"
 *   memory PLACE MODE SIZE               a tmpfs; SIZE in bytes, 0 for the kernel's default
 *   processes PLACE NESTING              the proc file system of the pid namespace; NESTING is "nested" where user
 *                                        namespaces may be made in the sandbox, with uid 0, too
 *   terminals PLACE                      a devpts
 *   directory PLACE                      is made unless it is there, with its parents
 *   link PLACE CONTENT
 *   cover PLACE                          with a /dev/null that cannot be opened
 *   seal PLACE                           makes what is mounted there read-only
 *   shield PLACE                         makes what is there read-only, mounted over itself
 *   become UID GID                       ends the list
 *   try UID GID                          ends the list, too, but nothing is executed
 * Places are absolute paths in the root and lead through no link. A mount point that is missing is made.
 *
 * The process that unshare(1) has become is not in its new pid namespace, so it stays outside and ends as the init
 * program does: with the same exit code, or with 128 and the signal. A failure is one line on descriptor 1,
 * "sandbox-enter: WORD ERRNO PATH", and exit code 125.
 */

#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/limits.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/poll.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/signal.h>
#include <linux/sockios.h>
#include <linux/stat.h>
#include <linux/time_types.h>

#include "instructions.h"
#include "modes.h"

#define MODE "enter"
#define LARGEST_INSTRUCTIONS (16u << 20)
#define LONGEST_FILTER 4096
#define EXIT_BY_SIGNAL 128
#define LAST_CAPABILITY 63
#define INTERNET 2
#define DATAGRAM 2
#define INTERFACE_UP 1
#define DETACHED 2
#define ONE_USER_NAMESPACE_MORE "sys/user/max_user_namespaces"
#define INIT_PATH "/proc/self/fd/4"

enum { SECCOMP = 3, INIT = 4, FIRST_UNKNOWN = 11, NOT_YET = -1 };

/* The kernel's struct ifreq; its header is not for programs without a C library. */
struct interface_flags {
    char name[16];
    short flags;
    char unused[22];
};

_Static_assert(sizeof(struct interface_flags) == 40, "interface_flags");

struct sandbox {
    struct words words;
    int root;
    int processes;
    bool nested;
};

static _Noreturn void fail(const char *word, long error, const char *path)
{
    fail_in_mode(MODE, word, error, path);
}

static long check(long result, const char *word, const char *path)
{
    if (result < 0)
        fail(word, result, path);
    return result;
}

/* ---- the process outside ---- */

/* The pipes of the command are none of its business; one descriptor tells the child that it is alive. */
static _Noreturn void end_like(long child, int alive)
{
    int status = 0;
    CALL3(close_range, SECCOMP, alive - 1, 0);
    while (CALL4(wait4, child, &status, 0, NULL) == -EINTR)
        ;
    int signal = status & 0x7f;
    exit_process(signal ? EXIT_BY_SIGNAL + signal : status >> 8 & 0xff);
}

static void die_with_parent(void)
{
    check(CALL5(prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), "parent", "");
}

/* The parent may have died before its death was to be a signal; nobody else holds the other end of the pipe. */
static void leave_if_orphaned(int alive)
{
    struct pollfd parent = {.fd = alive};
    struct __kernel_timespec at_once = {0};
    CALL5(ppoll, &parent, 1, &at_once, NULL, 0);
    if (parent.revents)
        fail("parent", ESRCH, "");
    CALL1(close, alive);
}

/* Returns in the first process of the new pid namespace only. */
static void enter_process_namespace(void)
{
    int alive[2];
    CALL0(setsid);
    die_with_parent();
    CALL3(close_range, FIRST_UNKNOWN, ~0u, 0);
    check(CALL2(pipe2, alive, O_CLOEXEC), "parent", "");
    long child = check(CALL5(clone, SIGCHLD, 0, 0, 0, 0), "fork", "");
    if (child > 0)
        end_like(child, alive[1]);
    CALL1(close, alive[1]);
    CALL0(setsid);
    die_with_parent();
    leave_if_orphaned(alive[0]);
}

/* ---- places in the root ---- */

static const char *relative(const char *place)
{
    while (*place == '/')
        place++;
    return *place ? place : ".";
}

static long open_in_root(const struct sandbox *sandbox, const char *place)
{
    struct open_how how = {
        .flags = O_PATH | O_CLOEXEC,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    return CALL4(openat2, sandbox->root, relative(place), &how, sizeof how);
}

struct entry {
    int directory;
    const char *name;
};

static void make_directories(const struct sandbox *sandbox, const char *place, const char *word);

/* Opens the directory of a place, which is made if it is missing. */
static struct entry open_parent(const struct sandbox *sandbox, const char *place, const char *word)
{
    char parent[PATH_MAX];
    const char *name = place;
    for (const char *next = place; *next; next++)
        if (*next == '/')
            name = next + 1;
    size_t length = (size_t)(name - place);
    if (length >= sizeof parent)
        fail(word, ENAMETOOLONG, place);
    memcpy(parent, place, length);
    parent[length] = 0;
    long directory = open_in_root(sandbox, parent);
    if (directory == -ENOENT) {
        parent[length - 1] = 0;
        make_directories(sandbox, parent, word);
        directory = open_in_root(sandbox, parent);
    }
    return (struct entry){(int)check(directory, word, place), name};
}

static void make_directories(const struct sandbox *sandbox, const char *place, const char *word)
{
    struct entry entry = open_parent(sandbox, place, word);
    long error = CALL3(mkdirat, entry.directory, entry.name, 0755);
    if (error != -EEXIST)
        check(error, word, place);
    CALL1(close, entry.directory);
}

static void make_file(const struct sandbox *sandbox, const char *place, const char *word)
{
    struct entry entry = open_parent(sandbox, place, word);
    long error = CALL4(mknodat, entry.directory, entry.name, S_IFREG | 0644, 0);
    if (error != -EEXIST)
        check(error, word, place);
    CALL1(close, entry.directory);
}

static int open_place(const struct sandbox *sandbox, const char *place, const char *word)
{
    return (int)check(open_in_root(sandbox, place), word, place);
}

static bool is_directory(int descriptor)
{
    struct statx status = {0};
    CALL5(statx, descriptor, "", AT_EMPTY_PATH, STATX_TYPE, &status);
    return S_ISDIR(status.stx_mode);
}

static int open_mount_point(const struct sandbox *sandbox, const char *place, bool directory, const char *word)
{
    long found = open_in_root(sandbox, place);
    if (found != -ENOENT)
        return (int)check(found, word, place);
    if (directory)
        make_directories(sandbox, place, word);
    else
        make_file(sandbox, place, word);
    return open_place(sandbox, place, word);
}

/* ---- mounts ---- */

static void restrict_mount(int mount, uint64_t attributes, unsigned flags, const char *word, const char *path)
{
    struct mount_attr attr = {.attr_set = attributes};
    check(CALL5(mount_setattr, mount, "", AT_EMPTY_PATH | flags, &attr, sizeof attr), word, path);
}

static void attach(int mount, int place, const char *word, const char *path)
{
    unsigned flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
    check(CALL5(move_mount, mount, "", place, "", flags), word, path);
}

static int clone_mounts(int directory, const char *path, uint64_t attributes, const char *word)
{
    unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_EMPTY_PATH;
    int mount = (int)check(CALL3(open_tree, directory, path, flags), word, path);
    restrict_mount(mount, attributes, AT_RECURSIVE, word, path);
    return mount;
}

static uint64_t attributes_for(const char *access)
{
    if (equal(access, "device"))
        return MOUNT_ATTR_NOSUID;
    return MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (equal(access, "writable") ? 0 : MOUNT_ATTR_RDONLY);
}

/* Somewhere it has to be before it can become the root. What lies on "/" hides nothing: absolute paths begin below it. */
static void mount_root(struct sandbox *sandbox)
{
    const char *path = take(&sandbox->words);
    int place = (int)check(open_file("/", O_PATH | O_DIRECTORY), "root", "/");
    sandbox->root = clone_mounts(AT_FDCWD, path, attributes_for(take(&sandbox->words)), "root");
    attach(sandbox->root, place, "root", path);
    CALL1(close, place);
}

static void bind(struct sandbox *sandbox)
{
    const char *source = take(&sandbox->words);
    const char *place = take(&sandbox->words);
    int mount = clone_mounts(AT_FDCWD, source, attributes_for(take(&sandbox->words)), "bind");
    int target = open_mount_point(sandbox, place, is_directory(mount), "bind");
    attach(mount, target, "bind", place);
    CALL1(close, target);
    CALL1(close, mount);
}

static void cover(struct sandbox *sandbox)
{
    const char *place = take(&sandbox->words);
    int mount = clone_mounts(AT_FDCWD, "/dev/null", attributes_for("read-only"), "cover");
    int target = open_place(sandbox, place, "cover");
    attach(mount, target, "cover", place);
    CALL1(close, target);
    CALL1(close, mount);
}

static void shield(struct sandbox *sandbox)
{
    const char *place = take(&sandbox->words);
    int target = open_place(sandbox, place, "shield");
    int mount = clone_mounts(target, "", attributes_for("read-only"), "shield");
    attach(mount, target, "shield", place);
    CALL1(close, target);
    CALL1(close, mount);
}

static void seal(struct sandbox *sandbox)
{
    const char *place = take(&sandbox->words);
    int target = open_place(sandbox, place, "seal");
    restrict_mount(target, MOUNT_ATTR_RDONLY, 0, "seal", place);
    CALL1(close, target);
}

static int open_file_system(const char *type)
{
    return (int)check(CALL2(fsopen, type, FSOPEN_CLOEXEC), type, "");
}

static void configure(int file_system, const char *type, const char *key, const char *value)
{
    check(CALL5(fsconfig, file_system, FSCONFIG_SET_STRING, key, value, 0), type, key);
}

/* Returns the mount, which is attached already. */
static int mount_file_system(
    const struct sandbox *sandbox, int file_system, const char *type, const char *place, uint64_t attributes)
{
    check(CALL5(fsconfig, file_system, FSCONFIG_CMD_CREATE, NULL, NULL, 0), type, place);
    int mount = (int)check(CALL3(fsmount, file_system, FSMOUNT_CLOEXEC, attributes), type, place);
    int target = open_mount_point(sandbox, place, true, type);
    attach(mount, target, type, place);
    CALL1(close, target);
    CALL1(close, file_system);
    return mount;
}

static void mount_memory(struct sandbox *sandbox)
{
    const char *place = take(&sandbox->words);
    int file_system = open_file_system("tmpfs");
    configure(file_system, "tmpfs", "mode", take(&sandbox->words));
    const char *size = take(&sandbox->words);
    if (parse_long(size))
        configure(file_system, "tmpfs", "size", size);
    CALL1(close, mount_file_system(sandbox, file_system, "tmpfs", place, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV));
}

static void mount_processes(struct sandbox *sandbox)
{
    uint64_t attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
    const char *place = take(&sandbox->words);
    sandbox->processes = mount_file_system(sandbox, open_file_system("proc"), "proc", place, attributes);
    sandbox->nested = equal(take(&sandbox->words), "nested");
    if (!sandbox->nested)
        write_text(MODE, "processes", sandbox->processes, ONE_USER_NAMESPACE_MORE, "1");
}

static void mount_terminals(struct sandbox *sandbox)
{
    int file_system = open_file_system("devpts");
    configure(file_system, "devpts", "ptmxmode", "0666");
    configure(file_system, "devpts", "mode", "0620");
    uint64_t attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC;
    CALL1(close, mount_file_system(sandbox, file_system, "devpts", take(&sandbox->words), attributes));
}

static void make_link(struct sandbox *sandbox)
{
    const char *place = take(&sandbox->words);
    struct entry entry = open_parent(sandbox, place, "link");
    check(CALL3(symlinkat, take(&sandbox->words), entry.directory, entry.name), "link", place);
    CALL1(close, entry.directory);
}

/* The old root lies on the new one for a moment, pivot_root(2). */
static void change_root(const struct sandbox *sandbox)
{
    check(CALL1(fchdir, sandbox->root), "pivot", "");
    check(CALL2(pivot_root, ".", "."), "pivot", "");
    check(CALL2(umount2, ".", DETACHED), "pivot", "");
    check(CALL1(chdir, "/"), "pivot", "/");
}

/* ---- network and host name ---- */

static void set_hostname(const char *name)
{
    check(CALL2(sethostname, name, after(name) - name - 1), "hostname", name);
}

/* Its address comes with it. */
static void bring_loopback_up(void)
{
    struct interface_flags request = {.name = "lo", .flags = INTERFACE_UP};
    long socket = check(CALL3(socket, INTERNET, DATAGRAM | O_CLOEXEC, 0), "loopback", "");
    check(CALL3(ioctl, socket, SIOCSIFFLAGS, &request), "loopback", "");
    CALL1(close, socket);
}

/* ---- privileges ---- */

/* Mounts stay with the user namespace left behind, so no power in the new one reaches them. */
static void change_identity(int processes, uint64_t uid, uint64_t gid)
{
    check(CALL1(unshare, CLONE_NEWUSER), "become", "");
    CALL5(prctl, PR_SET_DUMPABLE, 1, 0, 0, 0);
    write_text(MODE, "become", processes, "self/setgroups", "deny");
    map_id(MODE, "become", processes, "self/uid_map", uid, 0);
    map_id(MODE, "become", processes, "self/gid_map", gid, 0);
}

/* Nobody without CAP_SETFCAP may give a user namespace the uid 0 of its parent, user_namespaces(7). */
static void drop_privileges(bool but_for_nesting)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    uint32_t left = but_for_nesting ? 1u << CAP_SETFCAP : 0;
    const struct __user_cap_data_struct few[2] = {{.effective = left, .permitted = left}};
    for (unsigned capability = 0; capability <= LAST_CAPABILITY; capability++) {
        if (but_for_nesting && capability == CAP_SETFCAP)
            continue;
        long error = CALL5(prctl, PR_CAPBSET_DROP, capability, 0, 0, 0);
        if (error < 0 && error != -EINVAL)
            fail("capabilities", error, "");
    }
    check(CALL5(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "capabilities", "");
    check(CALL2(capset, &header, few), "capabilities", "");
}

static void filter_system_calls(void)
{
    if (!is_open(SECCOMP))
        return;
    struct sock_filter *filter = allocate(MODE, LONGEST_FILTER * sizeof *filter);
    size_t size = 0;
    for (long count; (count = CALL3(read, SECCOMP, (char *)filter + size, LONGEST_FILTER * sizeof *filter - size)) != 0;)
        size += (size_t)(count == -EINTR ? 0 : check(count, "seccomp", ""));
    struct sock_fprog program = {.len = (unsigned short)(size / sizeof *filter), .filter = filter};
    CALL1(close, SECCOMP);
    check(CALL3(seccomp, SECCOMP_SET_MODE_FILTER, 0, &program), "seccomp", "");
}

static void become_harmless(struct sandbox *sandbox)
{
    uint64_t uid = take_number(&sandbox->words);
    uint64_t gid = take_number(&sandbox->words);
    change_root(sandbox);
    change_identity(sandbox->processes, uid, gid);
    CALL2(keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL); /* a kernel without keys has none to hide */
    drop_privileges(sandbox->nested && uid == 0);
    filter_system_calls();
}

static _Noreturn void execute_init(void)
{
    const char *arguments[] = {INIT_PATH, NULL};
    const char *no_environment[] = {NULL};
    fail("execute", CALL5(execveat, INIT, "", arguments, no_environment, AT_EMPTY_PATH), INIT_PATH);
}

/* ---- */

static void carry_out(struct sandbox *sandbox)
{
    struct words *words = &sandbox->words;
    const char *word = take(words);
    if (equal(word, "hostname"))
        set_hostname(take(words));
    else if (equal(word, "loopback"))
        bring_loopback_up();
    else if (equal(word, "root"))
        mount_root(sandbox);
    else if (equal(word, "bind"))
        bind(sandbox);
    else if (equal(word, "memory"))
        mount_memory(sandbox);
    else if (equal(word, "processes"))
        mount_processes(sandbox);
    else if (equal(word, "terminals"))
        mount_terminals(sandbox);
    else if (equal(word, "directory"))
        make_directories(sandbox, take(words), "directory");
    else if (equal(word, "link"))
        make_link(sandbox);
    else if (equal(word, "cover"))
        cover(sandbox);
    else if (equal(word, "seal"))
        seal(sandbox);
    else if (equal(word, "shield"))
        shield(sandbox);
    else if (equal(word, "become")) {
        become_harmless(sandbox);
        execute_init();
    } else if (equal(word, "try")) {
        become_harmless(sandbox);
        exit_process(0);
    } else
        fail("instructions", EINVAL, word);
}

_Noreturn void run_enter(void)
{
    struct sandbox sandbox = {.root = NOT_YET, .processes = NOT_YET};
    enter_process_namespace();
    receive_all_words(&sandbox.words, MODE, LARGEST_INSTRUCTIONS);
    for (;;)
        carry_out(&sandbox);
}
