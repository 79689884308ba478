/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Moves: in an overlay that an ordinary user mounts, rename(2) of a directory of the lower layer fails with EXDEV, which
 * many programs cannot cope with. A system call filter makes the kernel ask us before each rename. Anything but a move
 * of a directory within an overlay goes back to the kernel at once, and so does what the kernel can do, or refuses for
 * any reason but this one. A directory in the way is rebuilt (rebuild.c), so that the kernel can do the rest, which
 * decides about existing targets, exchanges, and all errors.
 *
 * We act with the rights of the command, and on directories that we found from where the caller stands, so whoever
 * changes its paths or its tree meanwhile gains nothing. A caller can restrict itself in one way that we would not notice,
 * Landlock, and therefore the filter answers as a kernel without Landlock does.
 *
 * What differs from a rename in an ordinary directory
 *   - The tree is on its way for a while: its names vanish from the old place one by one, and then it stands complete
 *     in the old place, and then in the new one. A directory .sandbox-move-N stands beside it meanwhile.
 *   - Directories get new inode numbers, and who has one of them open, or as its work directory, is left behind.
 *   - A file with names outside the tree is no longer linked to these.
 *   - Callers that cannot be inspected, paths through links of /proc, io_uring: these get EXDEV still.
 *   - A command cannot have a listener for system calls of its own (EBUSY).
 */

#include <asm/statfs.h>
#include <linux/audit.h>
#include <linux/errno.h>
#include <linux/filter.h>
#include <linux/ioctl.h>
#include <linux/limits.h>
#include <linux/magic.h>
#include <linux/poll.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <linux/uio.h>

#include "files.h"
#include "moves.h"
#include "places.h"

#define NO_REPLACE 1 /* RENAME_NOREPLACE */
#define EXCHANGE 2   /* RENAME_EXCHANGE */

/* Linux 6.6, newer than the headers of some who build this. */
#define SET_LISTENER_FLAGS SECCOMP_IOW(4, uint64_t)
#define WAKE_UP_ON_THIS_PROCESSOR 1

#if defined(__x86_64__)
#define THIS_ARCHITECTURE AUDIT_ARCH_X86_64
#define OLDEST_RENAME __NR_rename
#elif defined(__aarch64__)
#define THIS_ARCHITECTURE AUDIT_ARCH_AARCH64
#define OLDEST_RENAME __NR_renameat
#endif

/* ---- the filter ---- */

static long install_filter(uint32_t flags)
{
    static const struct sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, THIS_ARCHITECTURE, 0, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OLDEST_RENAME, 4, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_renameat, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_renameat2, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_landlock_create_ruleset, 2, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EOPNOTSUPP),
    };
    struct sock_fprog program = {sizeof instructions / sizeof *instructions, (struct sock_filter *)instructions};
    return CALL3(seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER | flags, &program);
}

/* Before Linux 5.19 any signal takes a caller away from its question. */
static long listen(void)
{
    CALL5(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    long listener = install_filter(SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);
    return listener == -EINVAL ? install_filter(0) : listener;
}

/* ---- handing the listener over, unix(7) ---- */

enum {
    UNIX = 1,
    PACKETS = 5 | O_CLOEXEC,
    SOCKET_LEVEL = 1,
    DESCRIPTORS = 1,
    CLOSE_ON_EXEC = 0x40000000,
    DO_NOT_WAIT = 0x40,
    NO_SIGNAL = 0x4000,
};

struct parcel {
    size_t size;
    int level, type;
    int descriptor;
};

struct packet {
    void *name;
    uint32_t name_size;
    struct iovec *parts;
    size_t part_count;
    struct parcel *parcel;
    size_t parcel_size;
    uint32_t flags;
};

#define PARCEL_SIZE (offsetof(struct parcel, descriptor) + sizeof(int))

static long move_up(int *descriptor, int first_descriptor)
{
    long moved = CALL3(fcntl, *descriptor, F_DUPFD_CLOEXEC, first_descriptor);
    CALL1(close, *descriptor);
    *descriptor = (int)moved;
    return moved < 0 ? moved : 0;
}

void leave_moves_alone(struct moves *moves)
{
    *moves = (struct moves){.watched = -1, .far_end = -1};
}

long prepare_moves(struct moves *moves, int first_descriptor)
{
    int ends[2];
    long error = CALL4(socketpair, UNIX, PACKETS, 0, ends);
    if (error < 0)
        return error;
    error = move_up(&ends[0], first_descriptor);
    long other = move_up(&ends[1], first_descriptor);
    moves->watched = ends[0];
    moves->far_end = ends[1];
    return error < 0 ? error : other;
}

void hand_moves_over(const struct moves *moves)
{
    long listener = listen();
    int32_t error = listener < 0 ? (int32_t)-listener : 0;
    struct iovec part = {&error, sizeof error};
    struct parcel parcel = {PARCEL_SIZE, SOCKET_LEVEL, DESCRIPTORS, (int)listener};
    struct packet packet = {.parts = &part, .part_count = 1, .parcel = &parcel, .parcel_size = sizeof parcel};
    if (error)
        packet.parcel_size = 0;
    CALL3(sendmsg, moves->far_end, &packet, NO_SIGNAL);
    close_file(listener);
}

void expect_moves(struct moves *moves)
{
    close_file(moves->far_end);
    moves->far_end = -1;
    CALL1(umask, 0);
}

static void stop_watching(struct moves *moves)
{
    close_file(moves->watched);
    moves->watched = -1;
    moves->is_listening = false;
}

long settle_moves(struct moves *moves)
{
    if (moves->watched < 0 || moves->is_listening)
        return moves->error;
    int32_t error = 0;
    struct iovec part = {&error, sizeof error};
    struct parcel parcel = {0};
    struct packet packet = {.parts = &part, .part_count = 1, .parcel = &parcel, .parcel_size = sizeof parcel};
    long size = CALL3(recvmsg, moves->watched, &packet, CLOSE_ON_EXEC | DO_NOT_WAIT);
    if (size == -EAGAIN || size == -EINTR)
        return 0;
    stop_watching(moves);
    if (size != sizeof error || packet.parcel_size < PARCEL_SIZE) {
        moves->error = error;
        return error;
    }
    moves->watched = parcel.descriptor;
    moves->is_listening = true;
    CALL3(ioctl, moves->watched, SET_LISTENER_FLAGS, WAKE_UP_ON_THIS_PROCESSOR);
    return 0;
}

/* ---- one question ---- */

struct request {
    uint64_t id;
    uint32_t process;
    int old_directory, new_directory;
    uint64_t old_address, new_address;
    uint32_t flags;
    char old_path[PATH_MAX], new_path[PATH_MAX];
    struct place old_place, new_place;
};

/* What is answered: nothing, and the kernel does the call itself; else 0 or a negative error. */
#define LEFT_TO_THE_KERNEL 1

static void understand(struct request *request, const struct seccomp_notif *question)
{
    const __u64 *arguments = question->data.args;
    request->id = question->id;
    request->process = question->pid;
    request->old_directory = request->new_directory = AT_FDCWD;
    request->flags = 0;
    if (question->data.nr == __NR_renameat || question->data.nr == __NR_renameat2) {
        request->old_directory = (int)arguments[0];
        request->old_address = arguments[1];
        request->new_directory = (int)arguments[2];
        request->new_address = arguments[3];
        if (question->data.nr == __NR_renameat2)
            request->flags = (uint32_t)arguments[4];
    } else {
        request->old_address = arguments[0];
        request->new_address = arguments[1];
    }
}

/* As long as the question is open, the process is the one that asked, and not a later one with the same number. */
static bool is_open_question(const struct moves *moves, const struct request *request)
{
    return CALL3(ioctl, moves->watched, SECCOMP_IOCTL_NOTIF_ID_VALID, &request->id) == 0;
}

static bool is_within_one_overlay(const struct request *request)
{
    struct statx old, new;
    struct statfs file_system;
    return status_of_descriptor(request->old_place.directory, &old) == 0
        && status_of_descriptor(request->new_place.directory, &new) == 0 && (old.stx_mask & STATX_MNT_ID)
        && old.stx_mnt_id == new.stx_mnt_id && CALL2(fstatfs, request->old_place.directory, &file_system) == 0
        && file_system.f_type == OVERLAYFS_SUPER_MAGIC;
}

static bool is_directory_place(const struct place *place)
{
    struct statx status;
    return status_at(place->directory, place->name, &status) == 0 && is_directory(&status);
}

static long rename_for_caller(const struct request *request)
{
    const struct place *old = &request->old_place;
    const struct place *new = &request->new_place;
    return CALL5(renameat2, old->directory, old->spelling, new->directory, new->spelling, request->flags);
}

static bool has_entries(int directory)
{
    _Alignas(struct directory_entry) char entries[1024];
    long size;
    while ((size = CALL3(getdents64, directory, entries, sizeof entries)) > 0)
        for (long position = 0; position < size;) {
            const struct directory_entry *entry = (const void *)(entries + position);
            if (!is_itself_or_parent(entry->name))
                return true;
            position += entry->size;
        }
    return false;
}

static bool is_filled_directory(const struct place *place)
{
    int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    long directory = CALL3(openat, place->directory, place->name, flags);
    bool filled = directory >= 0 && has_entries((int)directory);
    close_file(directory);
    return filled;
}

static long rebuild_in(const struct place *place, const struct patience *patience)
{
    return is_directory_place(place) ? rebuild_directory(place->directory, place->name, patience) : -EXDEV;
}

static long rebuild_and_rename(const struct request *request, const struct patience *patience)
{
    if (!(request->flags & EXCHANGE) && is_filled_directory(&request->new_place))
        return -ENOTEMPTY;
    long error = rebuild_in(&request->old_place, patience);
    if (error < 0 && !((request->flags & EXCHANGE) && error == -EXDEV))
        return error;
    error = rename_for_caller(request);
    if (error != -EXDEV || !(request->flags & EXCHANGE))
        return error;
    error = rebuild_in(&request->new_place, patience);
    return error < 0 ? error : rename_for_caller(request);
}

/* For other reasons the kernel has words of its own, and EXDEV is what makes some callers copy instead. */
static long answer_to(long error)
{
    switch (error) {
    case 0:
    case -ENOTEMPTY:
    case -ENOSPC:
    case -EDQUOT:
    case -EIO:
        return error;
    default:
        return LEFT_TO_THE_KERNEL;
    }
}

static long move_directory(const struct request *request, const struct patience *patience)
{
    long error = rename_for_caller(request);
    if (error == -EXDEV)
        return answer_to(rebuild_and_rename(request, patience));
    return error == 0 ? 0 : LEFT_TO_THE_KERNEL;
}

/* ---- answers that came too late, where signals take callers away: the kernel makes them ask the same again ---- */

static uint64_t mix(uint64_t sum, const char *text)
{
    do
        sum = (sum ^ (uint8_t)*text) * UINT64_C(0x100000001B3);
    while (*text++);
    return sum;
}

static uint64_t sum_of_paths(const struct request *request)
{
    return mix(mix(UINT64_C(0xCBF29CE484222325), request->old_path), request->new_path);
}

static bool was_done_unheard(const struct moves *moves, const struct request *request)
{
    struct statx status;
    return moves->unheard.process == request->process && moves->unheard.paths == sum_of_paths(request)
        && status_at(request->old_place.directory, request->old_place.name, &status) == -ENOENT;
}

static void note_unheard(struct moves *moves, const struct request *request)
{
    moves->unheard.process = request->process;
    moves->unheard.paths = sum_of_paths(request);
}

/* ---- */

static long consider_places(const struct moves *moves, struct request *request, const struct patience *patience)
{
    if (!is_open_question(moves, request))
        return LEFT_TO_THE_KERNEL;
    if (was_done_unheard(moves, request))
        return 0;
    bool moves_directory = is_directory_place(&request->old_place)
        || ((request->flags & EXCHANGE) && is_directory_place(&request->new_place));
    if (!moves_directory || !is_within_one_overlay(request))
        return LEFT_TO_THE_KERNEL;
    return move_directory(request, patience);
}

static bool find_places(struct request *request)
{
    request->new_place.directory = -1;
    return find_place(request->process, request->old_directory, request->old_path, &request->old_place)
        && find_place(request->process, request->new_directory, request->new_path, &request->new_place);
}

static bool is_obviously_not_ours(struct request *request)
{
    bool known_flags = request->flags == 0 || request->flags == NO_REPLACE || request->flags == EXCHANGE;
    if (!known_flags || !read_path(request->process, request->old_address, request->old_path))
        return true;
    return !(request->flags & EXCHANGE)
        && is_surely_no_directory(request->process, request->old_directory, request->old_path);
}

static long consider(const struct moves *moves, struct request *request, const struct patience *patience)
{
    if (is_obviously_not_ours(request) || !read_path(request->process, request->new_address, request->new_path))
        return LEFT_TO_THE_KERNEL;
    long answer = LEFT_TO_THE_KERNEL;
    if (find_places(request))
        answer = consider_places(moves, request, patience);
    release_place(&request->old_place);
    release_place(&request->new_place);
    return answer;
}

static long send_answer(const struct moves *moves, const struct request *request, long answer)
{
    struct seccomp_notif_resp response = {.id = request->id};
    if (answer == LEFT_TO_THE_KERNEL)
        response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    else
        response.error = (int)answer;
    return CALL3(ioctl, moves->watched, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

static void answer_question(struct moves *moves, const struct patience *patience)
{
    struct seccomp_notif question = {0};
    if (CALL3(ioctl, moves->watched, SECCOMP_IOCTL_NOTIF_RECV, &question) < 0)
        return;
    struct request request;
    understand(&request, &question);
    long answer = consider(moves, &request, patience);
    if (send_answer(moves, &request, answer) < 0 && answer == 0)
        note_unheard(moves, &request);
}

/* Without a question, the listener is ready because nobody is left to ask. */
void serve_moves(struct moves *moves, int ready, const struct patience *patience)
{
    if (ready & POLLIN)
        answer_question(moves, patience);
    else
        stop_watching(moves);
}
