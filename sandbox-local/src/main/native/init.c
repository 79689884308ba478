/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The sandbox init: process 1 of every sandbox. It starts one command, reports what became of it, and takes the whole
 * sandbox down with it when it ends, because the kernel kills a pid namespace together with its process 1.
 *
 * No libc, no writable globals, no allocation but one mapping for the payload. Linux on x86-64 and aarch64.
 * Rebuild with bin/build-init. All integers are little-endian and packed as given.
 *
 * Descriptors at start
 *   4  this program                          7  the command's stdin; closed: /dev/null, opened inside
 *   5  control, read end of a pipe           8  the command's stdout
 *   6  status, a pipe or a regular file      9  the command's stderr; closed: the same as stdout
 *                                          10  what the terminal shows; with TERMINAL only
 * With TERMINAL, the command gets a pseudo terminal of the sandbox as its controlling terminal and its stdin, and as its
 * stdout and stderr where 8 and 9 are closed. What is read from 7 is typed there.
 * Everything else is closed at once.
 *
 * Payload, read from control
 *   u32 magic "S4J1", total size, flags (1 TERMINAL, 2 reserved, 4 MOVES, 8 LINUX32), umask,
 *       rlimitCount, checkCount, chmodCount, argc, envc, watched (1 RLIMIT_NPROC, 2 /tmp, 4 /dev/shm)
 *   rlimitCount * { u32 resource, u32 0, u64 soft, u64 hard }
 *   checkCount  * { u64 dev, u64 ino }       what lstat(2) must say about the path
 *   chmodCount  * { u32 mode }
 *   with TERMINAL { u16 columns, u16 rows, struct termios }    see terminal.h
 *   NUL-terminated: cwd, lookup path, checkCount paths, chmodCount paths, argc arguments, envc "NAME=value"
 * The total is at most 64 MiB, counts the header, and leaves nothing over.
 *
 * With MOVES, renames of directories that an overlay refuses are carried out by this program, see moves.c. no_new_privs is
 * set for the command then.
 *
 * Control messages, after the payload: { u8 operation, u8 argument }, and for 'W' { u16 columns, u16 rows } more
 *   'S' signal   to the command's process group
 *   'A' signal   to every process of the sandbox; ignored when this is not process 1
 *   'W' 0        the terminal has another size
 *   'Q' 0        end now; the end of the control pipe means the same
 * Unknown operations are ignored.
 *
 * Status messages, 320 bytes and one write each: u32 type, u32 a, i64 v[7], char text[256] padded with NULs
 *   1 STARTED  a = process id of the command, v[0] = errno if MOVES was asked for and cannot be had
 *   2 FAILED   a = stage, v[0] = errno, v[1] = problem (stage EXEC) or index (CHMOD, CHECK, RLIMIT), text = path
 *   3 ENDED    a = wait status, v[0] and v[1] = user and system CPU in microseconds, v[2] = peak memory in KiB,
 *              v[3] = wall time in nanoseconds; CPU and memory include every reaped process of the sandbox;
 *              v[4] = what of the watched was used up when the command had failed, in the same bits
 *   Stages and problems are the enums below. A CHECK that found another file has errno 0, a malformed PAYLOAD EINVAL.
 *
 * After ENDED, what the terminal still shows is passed on before the end.
 *
 * Exit codes: 0 after ENDED, 125 after FAILED, when status cannot be written, or when control ends inside the payload,
 * 137 after 'Q' or when control ends later.
 */

#include <asm/ioctls.h>
#include <asm/statfs.h>
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/limits.h>
#include <linux/magic.h>
#include <linux/mman.h>
#include <linux/personality.h>
#include <linux/prctl.h>
#include <linux/resource.h>
#include <linux/signal.h>
#include <linux/signalfd.h>
#include <linux/stat.h>
#include <linux/time.h>
#include <linux/wait.h>

#include "modes.h"
#include "moves.h"
#include "system.h"
#include "terminal.h"

enum descriptor {
    PROGRAM = 4,
    CONTROL = 5,
    STATUS = 6,
    COMMAND_INPUT = 7,
    COMMAND_OUTPUT = 8,
    COMMAND_ERROR = 9,
    TERMINAL_OUTPUT = 10,
    FIRST_FREE_DESCRIPTOR = 11,
};

enum exit_code { EXIT_ENDED = 0, EXIT_FAILED = 125, EXIT_KILLED = 137 };

enum flag { TERMINAL = 1, RESERVED_FLAG = 2, MOVES = 4, LINUX32 = 8 };

enum watched { WATCHED_PROCESSES = 1, WATCHED_TMP = 2, WATCHED_SHM = 4, EVERYTHING_WATCHED = 7 };

enum message_type { STARTED = 1, FAILED = 2, ENDED = 3 };

enum stage {
    PAYLOAD = 1,
    MEMORY = 2,
    CHMOD = 3,
    CHECK = 4,
    RLIMIT = 5,
    CHDIR = 6,
    TERMINAL_STAGE = 7,
    FORK = 8,
    EXEC = 9,
    DESCRIPTORS = 10,
    PERSONALITY = 11,
};

enum problem {
    OTHER = 0,
    MISSING = 1,
    NOT_EXECUTABLE = 2,
    IS_DIRECTORY = 3,
    WRONG_FORMAT = 4,
    MISSING_INTERPRETER = 5,
    NOEXEC_MOUNT = 6,
};

#define MAGIC 0x314A3453u
#define LARGEST_PAYLOAD (64u << 20)
#define LAST_SIGNAL 64
#define ALL_SIGNALS UINT64_MAX
#define SIGNAL_BIT(signal) (UINT64_C(1) << ((signal)-1))
#define REAPED_AT_ONCE 1024
#define FORMAT_PROBE_SIZE 256
#define LONGEST_EXEC_DELAY_MS 256
#define MOUNTED_NOEXEC 8
#define ANY_EXECUTE_BIT 0111
#define SHELL "/bin/sh"
#define SPARE_ARGUMENTS 2

struct header {
    uint32_t magic, size, flags, umask;
    uint32_t limit_count, check_count, mode_count, argument_count, environment_count, watched;
};

struct limit {
    uint32_t resource, reserved;
    struct rlimit64 values;
};

struct check {
    uint64_t device, inode;
};

struct message {
    uint32_t type, a;
    int64_t v[7];
    char text[256];
};

_Static_assert(sizeof(struct header) == 40, "header");
_Static_assert(sizeof(struct limit) == 24, "limit");
_Static_assert(sizeof(struct check) == 16, "check");
_Static_assert(sizeof(struct message) == 320, "message");

struct plan {
    const struct header *header;
    const struct limit *limits;
    const struct check *checks;
    const uint32_t *modes;
    const struct terminal_settings *terminal;
    const char *directory;
    const char *lookup_path;
    const char *check_paths;
    const char *mode_paths;
    const char **arguments;
    const char **environment;
};

struct run {
    const struct plan *plan;
    long command;
    int exec_result;
    int child_signals;
    int64_t started_at;
    bool ended_by_control;
    struct moves moves;
    bool ended;
    uint8_t order[6];
    uint8_t order_length;
    struct terminal *terminal;
};

static _Noreturn void leave(enum exit_code code)
{
    exit_process(code);
}

static long status_of(int directory, const char *path, int flags, struct statx *status)
{
    return CALL5(statx, directory, path, flags, STATX_TYPE | STATX_MODE | STATX_INO, status);
}

static int64_t monotonic_nanoseconds(void)
{
    struct __kernel_timespec now = {0};
    CALL2(clock_gettime, CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000 + now.tv_nsec;
}

static void sleep_milliseconds(long milliseconds)
{
    struct __kernel_timespec pause = {.tv_sec = 0, .tv_nsec = milliseconds * 1000000};
    CALL2(nanosleep, &pause, NULL);
}

/* ---- messages ---- */

static void send(int descriptor, const struct message *message)
{
    long written;
    do
        written = CALL3(write, descriptor, message, sizeof *message);
    while (written == -EINTR);
    if (written != sizeof *message)
        leave(EXIT_FAILED);
}

static struct message failure(enum stage stage, long error, int64_t detail, const char *path)
{
    struct message message = {.type = FAILED, .a = stage, .v = {error < 0 ? -error : error, detail}};
    copy_truncated(message.text, sizeof message.text, path);
    return message;
}

static _Noreturn void fail(int descriptor, enum stage stage, long error, int64_t detail, const char *path)
{
    struct message message = failure(stage, error, detail, path);
    send(descriptor, &message);
    leave(EXIT_FAILED);
}

/* ---- a clean process ---- */

static bool is_unwanted(uint32_t descriptor)
{
    return descriptor <= PROGRAM || descriptor >= FIRST_FREE_DESCRIPTOR;
}

static void close_unwanted(const struct directory_entry *entry, uint32_t listing)
{
    uint32_t descriptor = parse_number(entry->name);
    if (entry->name[0] != '.' && descriptor != listing && is_unwanted(descriptor))
        CALL1(close, descriptor);
}

static void close_listed_descriptors(void)
{
    long listing = open_file("/proc/self/fd", O_RDONLY | O_DIRECTORY);
    if (listing < 0)
        fail(STATUS, DESCRIPTORS, listing, 0, "/proc/self/fd");
    _Alignas(struct directory_entry) char entries[1024];
    long size;
    while ((size = CALL3(getdents64, listing, entries, sizeof entries)) > 0)
        for (long position = 0; position < size;) {
            const struct directory_entry *entry = (const void *)(entries + position);
            close_unwanted(entry, (uint32_t)listing);
            position += entry->size;
        }
    if (size < 0)
        fail(STATUS, DESCRIPTORS, size, 0, "/proc/self/fd");
    CALL1(close, listing);
}

static void close_unwanted_descriptors(void)
{
    bool closed = CALL3(close_range, 0, PROGRAM, 0) == 0 && CALL3(close_range, FIRST_FREE_DESCRIPTOR, ~0u, 0) == 0;
    if (!closed)
        close_listed_descriptors();
}

static void hide_wanted_descriptors_from_command(void)
{
    for (int descriptor = CONTROL; descriptor <= TERMINAL_OUTPUT; descriptor++)
        CALL3(fcntl, descriptor, F_SETFD, FD_CLOEXEC);
}

static void set_signal_mask(uint64_t mask)
{
    CALL4(rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof mask);
}

/* An ignored SIGCHLD, which is inherited, would make the kernel throw wait statuses away. */
static void reset_signal_actions(void)
{
    const uint64_t default_action[4] = {0};
    for (int signal = 1; signal <= LAST_SIGNAL; signal++)
        CALL4(rt_sigaction, signal, default_action, NULL, sizeof(uint64_t));
}

/* A dumpable process 1 could be opened through /proc/1/fd by a command of the same uid. */
static void shield_process(void)
{
    set_signal_mask(ALL_SIGNALS);
    reset_signal_actions();
    CALL5(prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    CALL5(prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
    CALL5(prctl, PR_SET_NAME, "sandbox-init", 0, 0, 0);
}

static int move_away_from_standard_streams(long descriptor, int report)
{
    if (descriptor < 0)
        fail(report, DESCRIPTORS, descriptor, 0, "");
    long moved = CALL3(fcntl, descriptor, F_DUPFD_CLOEXEC, FIRST_FREE_DESCRIPTOR);
    if (moved < 0)
        fail(report, DESCRIPTORS, moved, 0, "");
    CALL1(close, descriptor);
    return (int)moved;
}

/* ---- payload ---- */

static void wait_for_control(void)
{
    struct pollfd control = {.fd = CONTROL, .events = POLLIN};
    CALL5(ppoll, &control, 1, NULL, NULL, 0);
}

static void read_fully(void *target, size_t size)
{
    for (size_t position = 0; position < size;) {
        long count = CALL3(read, CONTROL, (char *)target + position, size - position);
        if (count > 0)
            position += (size_t)count;
        else if (count == -EAGAIN)
            wait_for_control();
        else if (count != -EINTR)
            leave(EXIT_FAILED);
    }
}

static void require(bool well_formed)
{
    if (!well_formed)
        fail(STATUS, PAYLOAD, EINVAL, 0, "");
}

static uint64_t size_of_records(const struct header *header)
{
    return sizeof *header + (uint64_t)header->limit_count * sizeof(struct limit)
        + (uint64_t)header->check_count * sizeof(struct check) + (uint64_t)header->mode_count * sizeof(uint32_t)
        + (header->flags & TERMINAL ? sizeof(struct terminal_settings) : 0);
}

static uint64_t number_of_strings(const struct header *header)
{
    return UINT64_C(2) + header->check_count + header->mode_count + header->argument_count + header->environment_count;
}

static size_t size_of_pointers(const struct header *header)
{
    size_t terminators = 2;
    size_t pointers = SPARE_ARGUMENTS + (size_t)header->argument_count + header->environment_count + terminators;
    return pointers * sizeof(char *);
}

static void validate(const struct header *header)
{
    require(header->magic == MAGIC && header->size <= LARGEST_PAYLOAD && header->argument_count >= 1);
    require((header->flags & ~(TERMINAL | RESERVED_FLAG | MOVES | LINUX32)) == 0);
    require((header->watched & ~EVERYTHING_WATCHED) == 0);
    require(size_of_records(header) + number_of_strings(header) <= header->size);
}

static void *map_memory(size_t size)
{
    long address = CALL6(mmap, NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (address < 0 && address > -4096)
        fail(STATUS, MEMORY, address, 0, "");
    return (void *)address;
}

struct strings {
    const char *next, *end;
};

static const char *take_string(struct strings *strings)
{
    const char *string = strings->next;
    while (strings->next < strings->end)
        if (!*strings->next++)
            return string;
    require(false);
    return NULL;
}

static const char *take_strings(struct strings *strings, uint32_t count)
{
    const char *first = strings->next;
    while (count--)
        take_string(strings);
    return first;
}

static const char **index_strings(struct strings *strings, uint32_t count, const char **pointers)
{
    for (uint32_t i = 0; i < count; i++)
        pointers[i] = take_string(strings);
    pointers[count] = NULL;
    return pointers;
}

static void receive_plan(struct plan *plan)
{
    struct header header;
    read_fully(&header, sizeof header);
    validate(&header);

    size_t room = (header.size + sizeof(char *) - 1) / sizeof(char *) * sizeof(char *);
    char *payload = map_memory(room + size_of_pointers(&header));
    const char **pointers = (const char **)(void *)(payload + room);
    memcpy(payload, &header, sizeof header);
    read_fully(payload + sizeof header, header.size - sizeof header);

    plan->header = (const void *)payload;
    plan->limits = (const void *)(plan->header + 1);
    plan->checks = (const void *)(plan->limits + header.limit_count);
    plan->modes = (const void *)(plan->checks + header.check_count);
    plan->terminal = header.flags & TERMINAL ? (const void *)(plan->modes + header.mode_count) : NULL;

    struct strings strings = {payload + size_of_records(&header), payload + header.size};
    plan->directory = take_string(&strings);
    plan->lookup_path = take_string(&strings);
    plan->check_paths = take_strings(&strings, header.check_count);
    plan->mode_paths = take_strings(&strings, header.mode_count);
    plan->arguments = index_strings(&strings, header.argument_count, pointers + SPARE_ARGUMENTS);
    plan->environment =
        index_strings(&strings, header.environment_count, plan->arguments + header.argument_count + 1);
    require(strings.next == strings.end);
}

/* ---- what is done to the sandbox before the command starts ---- */

/* Some file systems change a symbolic link's own mode and then say they did not, so links are refused beforehand. */
static long change_mode_of_descriptor(int descriptor, uint32_t mode)
{
    struct statx status;
    long error = status_of(descriptor, "", AT_EMPTY_PATH, &status);
    if (error < 0)
        return error;
    if (S_ISLNK(status.stx_mode))
        return -ELOOP;
    char link[32];
    write_link_to_descriptor(link, (uint32_t)descriptor);
    return CALL3(fchmodat, AT_FDCWD, link, mode);
}

static long change_mode(const char *path, uint32_t mode)
{
    long descriptor = open_file(path, O_PATH | O_NOFOLLOW);
    if (descriptor < 0)
        return descriptor;
    long error = change_mode_of_descriptor((int)descriptor, mode);
    CALL1(close, descriptor);
    return error;
}

static void change_modes(const struct plan *plan)
{
    const char *path = plan->mode_paths;
    for (uint32_t i = 0; i < plan->header->mode_count; i++, path = after(path)) {
        long error = change_mode(path, plan->modes[i]);
        if (error < 0)
            fail(STATUS, CHMOD, error, i, path);
    }
}

static uint64_t device_number(uint64_t major, uint64_t minor)
{
    return (minor & 0xff) | (major & 0xfff) << 8 | (minor & 0xffffff00) << 12 | (major & 0xfffff000) << 32;
}

static bool is_same_file(const struct check *check, const struct statx *status)
{
    return check->inode == status->stx_ino
        && check->device == device_number(status->stx_dev_major, status->stx_dev_minor);
}

static void verify_files(const struct plan *plan)
{
    const char *path = plan->check_paths;
    for (uint32_t i = 0; i < plan->header->check_count; i++, path = after(path)) {
        struct statx status;
        long error = status_of(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, &status);
        if (error < 0 || !is_same_file(&plan->checks[i], &status))
            fail(STATUS, CHECK, error, i, path);
    }
}

static void leave_if_abandoned(void)
{
    struct pollfd control = {.fd = CONTROL};
    struct __kernel_timespec at_once = {0};
    CALL5(ppoll, &control, 1, &at_once, NULL, 0);
    if (control.revents)
        leave(EXIT_KILLED);
}

/* ---- executing the command; runs in the child, which reports failures through the exec pipe ---- */

static bool exists(const char *file)
{
    return CALL3(faccessat, AT_FDCWD, file, 0 /* F_OK */) == 0;
}

static bool is_mounted_noexec(const char *file)
{
    struct statfs status;
    return CALL2(statfs, file, &status) == 0 && (status.f_flags & MOUNTED_NOEXEC);
}

static enum problem diagnose_denial(const char *file)
{
    struct statx status;
    if (status_of(AT_FDCWD, file, 0, &status) < 0)
        return NOT_EXECUTABLE;
    if (S_ISDIR(status.stx_mode))
        return IS_DIRECTORY;
    bool marked_executable = S_ISREG(status.stx_mode) && (status.stx_mode & ANY_EXECUTE_BIT);
    return marked_executable && is_mounted_noexec(file) ? NOEXEC_MOUNT : NOT_EXECUTABLE;
}

static enum problem diagnose(const char *file, long error)
{
    switch (error) {
    case EACCES:
        return diagnose_denial(file);
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
        return exists(file) ? MISSING_INTERPRETER : MISSING;
    case ENAMETOOLONG:
    case ESTALE:
    case ENODEV:
    case ETIMEDOUT:
        return MISSING;
    case ENOEXEC:
    case ELIBBAD:
        return WRONG_FORMAT;
    default:
        return OTHER;
    }
}

static bool ends_search(enum problem problem)
{
    return problem == OTHER || problem == WRONG_FORMAT;
}

static enum problem problem_of(const struct message *refusal)
{
    return (enum problem)refusal->v[1];
}

static bool is_more_telling(enum problem problem, enum problem than)
{
    static const uint8_t rank[] = {
        [MISSING] = 1,      [IS_DIRECTORY] = 2,        [NOT_EXECUTABLE] = 3, [NOEXEC_MOUNT] = 4,
        [WRONG_FORMAT] = 5, [MISSING_INTERPRETER] = 6, [OTHER] = 7,
    };
    return rank[problem] > rank[than];
}

/* ETXTBSY passes: some other process still holds a descriptor with which the file was written. */
static long execute_patiently(const char *file, const char **arguments, const char **environment)
{
    long error = CALL3(execve, file, arguments, environment);
    for (long delay = 1; error == -ETXTBSY && delay <= LONGEST_EXEC_DELAY_MS; delay *= 2) {
        sleep_milliseconds(delay);
        error = CALL3(execve, file, arguments, environment);
    }
    return -error;
}

static bool looks_like_text(const char *head, long size)
{
    bool is_elf = size >= 4 && head[0] == 0x7f && head[1] == 'E' && head[2] == 'L' && head[3] == 'F';
    for (long i = 0; i < size; i++)
        if (!head[i])
            return false;
    return size >= 0 && !is_elf;
}

static bool is_text(const char *file)
{
    long descriptor = open_file(file, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0)
        return false;
    char head[FORMAT_PROBE_SIZE];
    long size = CALL3(read, descriptor, head, sizeof head);
    CALL1(close, descriptor);
    return looks_like_text(head, size);
}

static void execute_with_shell(const struct plan *plan, const char *file)
{
    const char **arguments = plan->arguments;
    *arguments = file;
    bool resembles_option = file[0] == '-' || file[0] == '+';
    if (resembles_option)
        *--arguments = "--";
    *--arguments = SHELL;
    execute_patiently(SHELL, arguments, plan->environment);
}

static struct message try_file(const struct plan *plan, const char *file)
{
    long error = execute_patiently(file, plan->arguments, plan->environment);
    if (error == ENOEXEC && is_text(file))
        execute_with_shell(plan, file);
    return failure(EXEC, error, diagnose(file, error), file);
}

static bool join(char target[PATH_MAX], const char *directory, const char *directory_end, const char *name)
{
    size_t length = (size_t)(directory_end - directory);
    size_t name_size = (size_t)(after(name) - name);
    if (length == 0) {
        directory = ".";
        length = 1;
    }
    if (length + 1 + name_size > PATH_MAX)
        return false;
    memcpy(target, directory, length);
    target[length] = '/';
    memcpy(target + length + 1, name, name_size);
    return true;
}

static struct message search(const struct plan *plan, const char *name)
{
    char file[PATH_MAX];
    struct message most_telling = failure(EXEC, ENOENT, MISSING, name);
    const char *element = plan->lookup_path;
    for (;;) {
        const char *end = find(element, ':');
        if (join(file, element, end, name)) {
            struct message refusal = try_file(plan, file);
            if (is_more_telling(problem_of(&refusal), problem_of(&most_telling)))
                most_telling = refusal;
            if (ends_search(problem_of(&refusal)))
                return most_telling;
        }
        if (!*end)
            return most_telling;
        element = end + 1;
    }
}

static _Noreturn void execute(const struct plan *plan, int report)
{
    const char *name = plan->arguments[0];
    bool is_looked_up = *name && !*find(name, '/');
    struct message refusal = is_looked_up ? search(plan, name) : try_file(plan, name);
    send(report, &refusal);
    leave(EXIT_FAILED);
}

static int open_null_device(int report)
{
    long descriptor = open_file("/dev/null", O_RDONLY | O_NOCTTY);
    if (descriptor < 0)
        fail(report, DESCRIPTORS, descriptor, 0, "/dev/null");
    return move_away_from_standard_streams(descriptor, report);
}

static void attach(int descriptor, int stream, int report)
{
    long error = CALL3(dup3, descriptor, stream, 0);
    if (error < 0)
        fail(report, DESCRIPTORS, error, 0, "");
}

/* The first process of its session makes the terminal its own, and with it job control and the signals of keys. */
static void attach_terminal(const struct terminal *terminal, int report)
{
    long error = CALL3(ioctl, terminal->slave, TIOCSCTTY, 0);
    if (error < 0)
        fail(report, TERMINAL_STAGE, error, 0, "");
    attach(terminal->slave, 0, report);
    attach(is_open(COMMAND_OUTPUT) ? COMMAND_OUTPUT : terminal->slave, 1, report);
    attach(is_open(COMMAND_ERROR) ? COMMAND_ERROR : terminal->slave, 2, report);
}

static void attach_pipes(int report)
{
    attach(is_open(COMMAND_INPUT) ? COMMAND_INPUT : open_null_device(report), 0, report);
    attach(COMMAND_OUTPUT, 1, report);
    attach(is_open(COMMAND_ERROR) ? COMMAND_ERROR : COMMAND_OUTPUT, 2, report);
}

static void apply_limits(const struct plan *plan, int report)
{
    for (uint32_t i = 0; i < plan->header->limit_count; i++) {
        const struct limit *limit = &plan->limits[i];
        long error = CALL4(prlimit64, 0, limit->resource, &limit->values, NULL);
        if (error < 0)
            fail(report, RLIMIT, error, i, "");
    }
}

static void change_directory(const struct plan *plan, int report)
{
    long error = CALL1(chdir, plan->directory);
    if (error < 0)
        fail(report, CHDIR, error, 0, plan->directory);
}

static void take_personality(const struct plan *plan, int report)
{
    long error = plan->header->flags & LINUX32 ? CALL1(personality, PER_LINUX32) : 0;
    if (error < 0)
        fail(report, PERSONALITY, error, 0, "");
}

static _Noreturn void become_command(const struct plan *plan, const struct run *run, int report)
{
    CALL0(setsid);
    if (run->terminal)
        attach_terminal(run->terminal, report);
    else
        attach_pipes(report);
    set_signal_mask(0);
    CALL1(umask, plan->header->umask);
    take_personality(plan, report);
    apply_limits(plan, report);
    change_directory(plan, report);
    if (plan->header->flags & MOVES)
        hand_moves_over(&run->moves);
    execute(plan, report);
}

/* Held here, they would hide from the other ends of the pipes that the command has closed its streams. */
static void close_command_streams(void)
{
    for (int descriptor = COMMAND_INPUT; descriptor <= TERMINAL_OUTPUT; descriptor++)
        CALL1(close, descriptor);
}

static void make_terminal(const struct plan *plan, struct run *run, struct terminal *terminal)
{
    long error = terminal_open(terminal, plan->terminal, COMMAND_INPUT, TERMINAL_OUTPUT);
    if (error < 0)
        fail(STATUS, TERMINAL_STAGE, error, 0, "/dev/ptmx");
    run->terminal = terminal;
}

static void start_command(const struct plan *plan, struct run *run)
{
    uint64_t child_ended = SIGNAL_BIT(SIGCHLD);
    long signals = CALL4(signalfd4, -1, &child_ended, sizeof child_ended, SFD_NONBLOCK | SFD_CLOEXEC);
    run->child_signals = move_away_from_standard_streams(signals, STATUS);

    int pipe[2];
    long error = CALL2(pipe2, pipe, O_CLOEXEC);
    if (error < 0)
        fail(STATUS, DESCRIPTORS, error, 0, "");
    run->exec_result = move_away_from_standard_streams(pipe[0], STATUS);
    int report = move_away_from_standard_streams(pipe[1], STATUS);

    leave_moves_alone(&run->moves);
    if (plan->header->flags & MOVES)
        error = prepare_moves(&run->moves, FIRST_FREE_DESCRIPTOR);
    if (error < 0)
        fail(STATUS, DESCRIPTORS, error, 0, "");

    run->started_at = monotonic_nanoseconds();
    run->command = CALL5(clone, SIGCHLD, 0, 0, 0, 0);
    if (run->command < 0)
        fail(STATUS, FORK, run->command, 0, "");
    if (run->command == 0)
        become_command(plan, run, report);
    CALL1(close, report);
    close_command_streams();
    if (plan->header->flags & MOVES)
        expect_moves(&run->moves);
}

/* ---- looking after the command ---- */

/* Close-on-exec ends the pipe when the command is executed. */
static void learn_exec_result(struct run *run)
{
    struct message message;
    long size;
    do
        size = CALL3(read, run->exec_result, &message, sizeof message);
    while (size == -EINTR);
    CALL1(close, run->exec_result);
    run->exec_result = -1;
    if (size == sizeof message) {
        send(STATUS, &message);
        leave(EXIT_FAILED);
    }
    struct message started = {.type = STARTED, .a = (uint32_t)run->command, .v = {settle_moves(&run->moves)}};
    send(STATUS, &started);
}

static int64_t microseconds(const struct __kernel_old_timeval *time)
{
    return time->tv_sec * 1000000 + time->tv_usec;
}

/* ---- what the command may have failed for; the kernel tells nobody ---- */

static bool forks_are_refused(void)
{
    long child = CALL5(clone, SIGCHLD, 0, 0, 0, 0);
    if (child == 0)
        leave(EXIT_ENDED);
    return child == -EAGAIN;
}

/* Tried under the command's own limit, less the command, which has been counted until now. */
static bool processes_are_used_up(const struct plan *plan)
{
    for (uint32_t i = 0; i < plan->header->limit_count; i++) {
        struct rlimit64 values = plan->limits[i].values;
        if (plan->limits[i].resource == RLIMIT_NPROC && values.rlim_cur > 0) {
            values.rlim_cur--;
            return CALL4(prlimit64, 0, RLIMIT_NPROC, &values, NULL) == 0 && forks_are_refused();
        }
    }
    return false;
}

static bool memory_file_system_is_full(const char *path)
{
    struct statfs status;
    return CALL2(statfs, path, &status) == 0 && status.f_type == TMPFS_MAGIC && status.f_bavail == 0;
}

static int64_t used_up(const struct plan *plan)
{
    uint32_t watched = plan->header->watched;
    int64_t found = 0;
    if ((watched & WATCHED_TMP) && memory_file_system_is_full("/tmp"))
        found |= WATCHED_TMP;
    if ((watched & WATCHED_SHM) && memory_file_system_is_full("/dev/shm"))
        found |= WATCHED_SHM;
    if ((watched & WATCHED_PROCESSES) && processes_are_used_up(plan))
        found |= WATCHED_PROCESSES;
    return found;
}

static void report_end(struct run *run, int wait_status)
{
    int64_t ended_at = monotonic_nanoseconds();
    struct rusage usage = {0};
    CALL2(getrusage, RUSAGE_CHILDREN, &usage);
    if (run->exec_result >= 0)
        learn_exec_result(run);
    struct message ended = {.type = ENDED, .a = (uint32_t)wait_status};
    ended.v[0] = microseconds(&usage.ru_utime);
    ended.v[1] = microseconds(&usage.ru_stime);
    ended.v[2] = usage.ru_maxrss;
    ended.v[3] = ended_at - run->started_at;
    ended.v[4] = wait_status ? used_up(run->plan) : 0;
    send(STATUS, &ended);
    run->ended = true;
}

static bool reap_children(struct run *run)
{
    for (int reaped = 0; reaped < REAPED_AT_ONCE; reaped++) {
        int wait_status;
        long child = CALL4(wait4, -1, &wait_status, WNOHANG, NULL);
        if (child <= 0)
            return true;
        if (child == run->command && !run->ended)
            report_end(run, wait_status);
    }
    return false;
}

static void signal_command(const struct run *run, uint8_t signal)
{
    if (CALL2(kill, -run->command, signal) == -ESRCH)
        CALL2(kill, run->command, signal);
}

static void signal_everything(uint8_t signal)
{
    if (CALL0(getpid) == 1)
        CALL2(kill, -1, signal);
}

static void resize(const struct run *run)
{
    const uint8_t *size = run->order + 2;
    if (run->terminal)
        terminal_resize(run->terminal, (uint16_t)(size[0] | size[1] << 8), (uint16_t)(size[2] | size[3] << 8));
}

static void perform(struct run *run)
{
    switch (run->order[0]) {
    case 'S':
        signal_command(run, run->order[1]);
        break;
    case 'A':
        signal_everything(run->order[1]);
        break;
    case 'W':
        resize(run);
        break;
    case 'Q':
        run->ended_by_control = true;
    }
}

static void accept(struct run *run, uint8_t byte)
{
    run->order[run->order_length++] = byte;
    if (run->order_length == (run->order[0] == 'W' ? sizeof run->order : 2)) {
        perform(run);
        run->order_length = 0;
    }
}

static void obey(struct run *run)
{
    uint8_t bytes[256];
    long count = CALL3(read, CONTROL, bytes, sizeof bytes);
    if (count == -EAGAIN || count == -EINTR)
        return;
    if (count <= 0)
        run->ended_by_control = true;
    for (long i = 0; i < count; i++)
        accept(run, bytes[i]);
}

static void drain_signals(const struct run *run)
{
    struct signalfd_siginfo information;
    CALL3(read, run->child_signals, &information, sizeof information);
}

static bool command_has_ended(const struct run *run)
{
    siginfo_t information = {0};
    CALL5(waitid, P_PID, run->command, &information, WEXITED | WNOHANG | WNOWAIT, NULL);
    return information.si_pid != 0;
}

/* While a tree is moved: whether there is still somebody who wants it. */
static bool move_goes_on(void *context)
{
    struct run *run = context;
    struct pollfd control = {.fd = CONTROL, .events = POLLIN};
    struct __kernel_timespec at_once = {0};
    if (!run->ended_by_control)
        CALL5(ppoll, &control, 1, &at_once, NULL, 0);
    if (control.revents & ~POLLIN)
        run->ended_by_control = true;
    else if (control.revents)
        obey(run);
    return !run->ended_by_control && !command_has_ended(run);
}

/* Returns whether the terminal's time was up. Does not wait when more children may have ended. */
static bool wait_for_work(const struct run *run, struct pollfd *watched, uint32_t count, bool at_once)
{
    const struct __kernel_timespec *longest = NULL;
    if (run->terminal) {
        longest = terminal_prepare_poll(run->terminal, watched + count);
        count += TERMINAL_POLLED;
    }
    struct __kernel_timespec time = at_once || !longest ? (struct __kernel_timespec){0} : *longest;
    long ready = CALL5(ppoll, watched, count, at_once || longest ? &time : NULL, NULL, 0);
    if (ready < 0 && ready != -EINTR)
        leave(EXIT_KILLED);
    return ready == 0 && !at_once;
}

static void serve_terminal(const struct run *run, bool timed_out)
{
    if (!run->ended)
        terminal_relay(run->terminal, timed_out);
    else if (terminal_pass_on_rest(run->terminal))
        leave(EXIT_ENDED);
}

/* The command's end is looked for before control is, whatever woke us up, so that it wins over an end of control. */
static _Noreturn void supervise(struct run *run)
{
    enum { EXEC_RESULT, CHILD_SIGNALS, ORDERS, DIRECTORY_MOVES, WATCHED };
    const struct patience patience = {move_goes_on, run};
    for (bool all_reaped = true;;) {
        struct pollfd watched[WATCHED + TERMINAL_POLLED] = {
            [EXEC_RESULT] = {.fd = run->exec_result, .events = POLLIN},
            [CHILD_SIGNALS] = {.fd = run->child_signals, .events = POLLIN},
            [ORDERS] = {.fd = CONTROL, .events = POLLIN},
            [DIRECTORY_MOVES] = {.fd = run->moves.watched, .events = POLLIN},
        };
        bool timed_out = wait_for_work(run, watched, WATCHED, !all_reaped || run->ended_by_control);
        if (watched[DIRECTORY_MOVES].revents && !run->moves.is_listening) {
            settle_moves(&run->moves);
            watched[DIRECTORY_MOVES].revents = 0; /* that was the socket, not the listener */
        }
        if (watched[EXEC_RESULT].revents)
            learn_exec_result(run);
        if (watched[CHILD_SIGNALS].revents)
            drain_signals(run);
        all_reaped = reap_children(run);
        if (run->terminal)
            serve_terminal(run, timed_out);
        else if (run->ended)
            leave(EXIT_ENDED);
        if (run->ended_by_control || (watched[ORDERS].revents & ~POLLIN))
            leave(EXIT_KILLED);
        if (watched[ORDERS].revents)
            obey(run);
        if (watched[DIRECTORY_MOVES].revents && !run->ended_by_control)
            serve_moves(&run->moves, watched[DIRECTORY_MOVES].revents, &patience);
    }
}

_Noreturn void run_init(void)
{
    struct plan plan;
    struct run run = {.plan = &plan};
    struct terminal terminal;
    close_unwanted_descriptors();
    hide_wanted_descriptors_from_command();
    shield_process();
    receive_plan(&plan);
    change_modes(&plan);
    verify_files(&plan);
    leave_if_abandoned();
    if (plan.terminal)
        make_terminal(&plan, &run, &terminal);
    start_command(&plan, &run);
    supervise(&run);
}
