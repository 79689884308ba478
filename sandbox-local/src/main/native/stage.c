/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Stage: prepares on the host, in namespaces of its own, what an isolation tool is to find, then becomes that tool. What
 * it mounts is seen by nobody else and ends with the last process of the sandbox, so nothing has to be unmounted.
 *
 * Instructions, read from descriptor 0, of which the tool gets the rest
 *   u32 size of what follows, at most 1 MiB, little-endian; then NUL-terminated words, carried out in order
 *   cgroup FILE                 enters the control group whose cgroup.procs the file is
 *   user UID GID                enters a user and a mount namespace in which the caller keeps its ids
 *   mount                       enters a mount namespace
 *   overlay DEVICE INODE LOWER UPPER WORK TARGET OPTIONS
 *                               mounts an overlay; LOWER must be that directory, and UPPER takes its attributes over
 *   writable DEVICE INODE SOURCE TARGET
 *                               keeps what is mounted at SOURCE as it is through "guard"; it appears at TARGET then
 *   terminals TARGET            mounts terminals that are nobody else's, a devpts
 *   guard                       makes everything else read-only, so that a link that somebody puts in the tool's way
 *                               leads to no harm
 * Paths are absolute, and are the caller's own but for LOWER and SOURCE, whose last element is not followed.
 *
 * A failure is one line on descriptor 1, "sandbox-stage: WORD ERRNO PATH", and exit code 125; an errno of 0 means that
 * it is another directory than the one announced.
 */

#include <asm/statfs.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <linux/stat.h>
#include <linux/time_types.h>
#include <linux/xattr.h>

#include "instructions.h"
#include "modes.h"
#include "passages.h"
#include "system.h"

#define LARGEST_INSTRUCTIONS (1u << 20)
#define MOST_WRITABLE 256
#define LARGEST_OPTIONS 4096
#define LARGEST_ATTRIBUTE (64u << 10)
#define PERMISSIONS 07777
#define MOUNTED_READ_ONLY 1
#define MODE "stage"

struct writable {
    int source;
    const char *target;
};

struct staging {
    struct words words;
    uint32_t writable_count;
    struct writable writable[MOST_WRITABLE];
};

static _Noreturn void fail(const char *word, long error, const char *path)
{
    fail_in_mode(MODE, word, error, path);
}

static void check(long result, const char *word, const char *path)
{
    if (result < 0)
        fail(word, result, path);
}

/* The rest is the tool's. */
static void receive(struct words *words)
{
    uint32_t size;
    read_exactly(MODE, &size, sizeof size);
    if (size > LARGEST_INSTRUCTIONS)
        fail("instructions", EINVAL, "");
    receive_words(words, MODE, size);
}

/* ---- namespaces and control groups ---- */

static void enter_control_group(const char *path)
{
    write_text(MODE, "cgroup", AT_FDCWD, path, "0");
}

static void keep_mounts_to_ourselves(const char *word)
{
    check(CALL5(mount, NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), word, "/");
}

static void enter_user_namespace(uint64_t uid, uint64_t gid)
{
    check(CALL1(unshare, CLONE_NEWUSER | CLONE_NEWNS), "user", "");
    write_text(MODE, "user", AT_FDCWD, "/proc/self/setgroups", "deny");
    map_id(MODE, "user", AT_FDCWD, "/proc/self/uid_map", uid, uid);
    map_id(MODE, "user", AT_FDCWD, "/proc/self/gid_map", gid, gid);
    keep_mounts_to_ourselves("user");
}

static void enter_mount_namespace(void)
{
    check(CALL1(unshare, CLONE_NEWNS), "mount", "");
    keep_mounts_to_ourselves("mount");
}

/* ---- overlays ---- */

static void status_of(int descriptor, struct statx *status, const char *word, const char *path)
{
    uint32_t wanted = STATX_BASIC_STATS;
    check(CALL5(statx, descriptor, "", AT_EMPTY_PATH | AT_NO_AUTOMOUNT, wanted, status), word, path);
}

static uint64_t device_of(const struct statx *status)
{
    uint64_t major = status->stx_dev_major;
    uint64_t minor = status->stx_dev_minor;
    return (minor & 0xff) | (major & 0xfff) << 8 | (minor & 0xffffff00) << 12 | (major & 0xfffff000) << 32;
}

/* A descriptor below 64 would be in the way of those that the tool inherits; these are closed when it is executed. */
static int open_announced(const char *path, uint64_t device, uint64_t inode, const char *word)
{
    long descriptor = open_file(path, O_PATH | O_NOFOLLOW);
    check(descriptor, word, path);
    struct statx status;
    status_of((int)descriptor, &status, word, path);
    if (device_of(&status) != device || status.stx_ino != inode)
        fail(word, 0, path);
    return (int)descriptor;
}

static struct __kernel_timespec time_of(const struct statx_timestamp *timestamp)
{
    return (struct __kernel_timespec){.tv_sec = timestamp->tv_sec, .tv_nsec = timestamp->tv_nsec};
}

/* Names of the overlay's own attributes do not pass: in the upper directory they would have a meaning. */
static bool is_overlay_attribute(const char *name)
{
    static const char *const prefixes[] = {"user.overlay.", "trusted.overlay."};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        const char *prefix = prefixes[i];
        const char *rest = name;
        while (*prefix && *prefix == *rest) {
            prefix++;
            rest++;
        }
        if (!*prefix)
            return true;
    }
    return false;
}

static void copy_attributes(const char *from, const char *to)
{
    char *names = allocate(MODE, LARGEST_ATTRIBUTE);
    char *value = allocate(MODE, LARGEST_ATTRIBUTE);
    long size = CALL3(listxattr, from, names, LARGEST_ATTRIBUTE);
    for (const char *name = names; size > 0 && name < names + size; name = after(name)) {
        long length = is_overlay_attribute(name) ? -1 : CALL4(getxattr, from, name, value, LARGEST_ATTRIBUTE);
        if (length >= 0)
            CALL5(setxattr, to, name, value, length, 0);
    }
    CALL2(munmap, names, LARGEST_ATTRIBUTE);
    CALL2(munmap, value, LARGEST_ATTRIBUTE);
}

/* What the overlay shows as its top directory has the attributes of the upper one. */
static void resemble(const char *upper, const char *lower, const struct statx *status)
{
    struct __kernel_timespec times[] = {time_of(&status->stx_atime), time_of(&status->stx_mtime)};
    CALL5(fchownat, AT_FDCWD, upper, status->stx_uid, status->stx_gid, AT_SYMLINK_NOFOLLOW);
    copy_attributes(lower, upper);
    check(CALL3(fchmodat, AT_FDCWD, upper, status->stx_mode & PERMISSIONS), "overlay", upper);
    check(CALL4(utimensat, AT_FDCWD, upper, times, AT_SYMLINK_NOFOLLOW), "overlay", upper);
}

/* Directories are named by descriptors: a path could hold what the options give a meaning to, or be too long. */
static void append_directory(struct text *options, const char *name, const char *path)
{
    long descriptor = open_file(path, O_PATH | O_DIRECTORY | O_NOFOLLOW);
    check(descriptor, "overlay", path);
    append(options, name);
    append(options, "/proc/self/fd/");
    append_number(options, (uint64_t)descriptor);
}

/* What the administrator does not want on the mount below stays unwanted: the bits of statfs(2) are those of mount(2). */
static unsigned long restrictions_of(const char *path)
{
    struct statfs status;
    return CALL2(statfs, path, &status) == 0 ? status.f_flags & (MS_NOSUID | MS_NODEV | MS_NOEXEC) : 0;
}

static void mount_overlay(struct words *words)
{
    uint64_t device = take_number(words);
    uint64_t inode = take_number(words);
    const char *lower = take(words);
    const char *upper = take(words);
    const char *work = take(words);
    const char *target = take(words);
    const char *more = take(words);

    int directory = open_announced(lower, device, inode, "overlay");
    struct statx status;
    status_of(directory, &status, "overlay", lower);
    char lower_link[32];
    write_link_to_descriptor(lower_link, (uint32_t)directory);
    resemble(upper, lower_link, &status);

    char buffer[LARGEST_OPTIONS];
    struct text options = {buffer, buffer + sizeof buffer};
    append(&options, "lowerdir=");
    append(&options, lower_link);
    append_directory(&options, ",upperdir=", upper);
    append_directory(&options, ",workdir=", work);
    append(&options, ",");
    append(&options, more);
    check(CALL5(mount, "overlay", target, "overlay", restrictions_of(lower_link), buffer), "overlay", target);
    show_passages(directory, target);
}

/* ---- guard ---- */

static void keep_writable(struct staging *staging)
{
    uint64_t device = take_number(&staging->words);
    uint64_t inode = take_number(&staging->words);
    const char *source = take(&staging->words);
    const char *target = take(&staging->words);
    if (staging->writable_count == MOST_WRITABLE)
        fail("writable", E2BIG, source);
    int directory = open_announced(source, device, inode, "writable");
    long tree = CALL3(open_tree, directory, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);
    check(tree, "writable", source);
    CALL1(close, directory);
    staging->writable[staging->writable_count++] = (struct writable){(int)tree, target};
}

static bool is_read_only(const char *path)
{
    struct statfs status;
    return CALL2(statfs, path, &status) == 0 && (status.f_flags & MOUNTED_READ_ONLY);
}

/* The tool configures its namespaces in /proc, where nothing can be made. */
static void guard(struct staging *staging)
{
    bool configurable = !is_read_only("/proc");
    struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
    check(CALL5(mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &read_only, sizeof read_only), "guard", "/");
    struct mount_attr writable = {.attr_clr = MOUNT_ATTR_RDONLY};
    if (configurable)
        check(CALL5(mount_setattr, AT_FDCWD, "/proc", 0, &writable, sizeof writable), "guard", "/proc");
    for (uint32_t i = 0; i < staging->writable_count; i++) {
        const struct writable *kept = &staging->writable[i];
        long moved = CALL5(move_mount, kept->source, "", AT_FDCWD, kept->target, MOVE_MOUNT_F_EMPTY_PATH);
        check(moved, "guard", kept->target);
        CALL1(close, kept->source);
    }
}

static void mount_terminals(const char *target)
{
    const char *options = "newinstance,ptmxmode=0666,mode=0620";
    check(CALL5(mount, "devpts", target, "devpts", MS_NOSUID | MS_NOEXEC, options), "terminals", target);
}

/* ---- */

static void carry_out(struct staging *staging)
{
    struct words *words = &staging->words;
    const char *word = take(words);
    if (equal(word, "cgroup"))
        enter_control_group(take(words));
    else if (equal(word, "user")) {
        uint64_t uid = take_number(words);
        enter_user_namespace(uid, take_number(words));
    } else if (equal(word, "mount"))
        enter_mount_namespace();
    else if (equal(word, "overlay"))
        mount_overlay(words);
    else if (equal(word, "writable"))
        keep_writable(staging);
    else if (equal(word, "terminals"))
        mount_terminals(take(words));
    else if (equal(word, "guard"))
        guard(staging);
    else
        fail("instructions", EINVAL, word);
}

_Noreturn void run_stage(const char **arguments)
{
    struct staging staging;
    staging.writable_count = 0;
    receive(&staging.words);
    while (staging.words.next < staging.words.end)
        carry_out(&staging);
    const char *no_environment[] = {NULL};
    long error = arguments[0] ? CALL3(execve, arguments[0], arguments, no_environment) : EINVAL;
    fail("execute", error, arguments[0] ? arguments[0] : "");
}
