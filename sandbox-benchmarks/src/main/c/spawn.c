/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a run costs without a JVM: starts a recorded command line in a plain posix_spawn loop.
 *
 *   spawn record DIRECTORY ARGUMENT...
 *       stands in for bubblewrap once, and writes down what it was started with:
 *         argv          the arguments, each ended by a NUL
 *         options       what descriptor 0 gives
 *         seccomp       what descriptor 3 gives, if it is open
 *         payload       what descriptor 5 gives first
 *         init          the program on descriptor 4
 *         descriptors   a line "NUMBER FILE" for each that is open; equal FILEs are the same pipe
 *   spawn serve
 *       obeys the lines of its standard input and answers each with a line:
 *         run DIRECTORY                   one run; nanoseconds
 *         many WORKERS RUNS DIRECTORY     WORKERS processes with RUNS runs each; nanoseconds
 *         drain PROGRAM<TAB>ARGUMENT...   reads what the program writes through a plain pipe; nanoseconds
 *       or with "error" and a reason.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The numbers of org.sandbox4j.local.launch.Descriptors. */
enum { OPTIONS = 0, SECCOMP = 3, INIT = 4, CONTROL = 5, STATUS = 6, END = 10 };

enum { MAX_ARGUMENTS = 256, MAX_SPECS = 32, CHUNK = 64 * 1024, STATUS_MESSAGE = 320, ENDED = 3 };

struct bytes {
    char *start;
    size_t size;
};

struct spec {
    char directory[PATH_MAX];
    struct bytes arguments, options, seccomp, payload;
    char *argv[MAX_ARGUMENTS + 1];
    unsigned long file[END]; /* 0 for a descriptor that is closed */
    int init;
};

static _Noreturn void die(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    printf("error ");
    vprintf(format, values);
    printf(": %s\n", strerror(errno));
    exit(1);
}

static int64_t nanoseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static ssize_t read_some(int descriptor, char *target, size_t size)
{
    ssize_t count;
    do
        count = read(descriptor, target, size);
    while (count < 0 && errno == EINTR);
    return count;
}

static bool write_all(int descriptor, struct bytes bytes)
{
    while (bytes.size > 0) {
        ssize_t count = write(descriptor, bytes.start, bytes.size);
        if (count < 0 && errno != EINTR)
            return false;
        if (count > 0) {
            bytes.start += count;
            bytes.size -= (size_t)count;
        }
    }
    return true;
}

static struct bytes read_all(int descriptor)
{
    struct bytes bytes = {0};
    for (;;) {
        bytes.start = realloc(bytes.start, bytes.size + CHUNK + 1);
        ssize_t count = bytes.start ? read_some(descriptor, bytes.start + bytes.size, CHUNK) : -1;
        if (count < 0)
            die("read");
        if (count == 0) {
            bytes.start[bytes.size] = 0;
            return bytes;
        }
        bytes.size += (size_t)count;
    }
}

/* ---- record ---- */

static int create(const char *directory, const char *name)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        die("%s", path);
    return file;
}

static void save(const char *directory, const char *name, struct bytes bytes)
{
    int file = create(directory, name);
    if (!write_all(file, bytes))
        die("%s/%s", directory, name);
    close(file);
}

/* The control pipe stays open after the payload, whose second word is its size. */
static struct bytes read_payload(void)
{
    uint32_t head[2] = {0};
    struct bytes payload = {0};
    for (size_t size = sizeof head; payload.size < size; size = head[1]) {
        payload.start = realloc(payload.start, size);
        while (payload.size < size) {
            ssize_t count = read_some(CONTROL, payload.start + payload.size, size - payload.size);
            if (count <= 0)
                die("payload");
            payload.size += (size_t)count;
        }
        memcpy(head, payload.start, sizeof head);
    }
    return payload;
}

static void save_descriptors(const char *directory)
{
    unsigned long file[END] = {0};
    struct stat status;
    for (int number = 0; number < END; number++)
        file[number] = fstat(number, &status) == 0 ? (unsigned long)status.st_ino : 0;
    FILE *list = fdopen(create(directory, "descriptors"), "w");
    for (int number = 0; number < END; number++)
        if (file[number])
            fprintf(list, "%d %lu\n", number, file[number]);
    fclose(list);
}

static int record(int count, char **arguments)
{
    const char *directory = arguments[0];
    save_descriptors(directory);
    int file = create(directory, "argv");
    for (int i = 1; i < count; i++)
        if (!write_all(file, (struct bytes){arguments[i], strlen(arguments[i]) + 1}))
            die("argv");
    close(file);
    save(directory, "options", read_all(OPTIONS));
    if (fcntl(SECCOMP, F_GETFD) >= 0)
        save(directory, "seccomp", read_all(SECCOMP));
    lseek(INIT, 0, SEEK_SET);
    save(directory, "init", read_all(INIT));
    save(directory, "payload", read_payload());
    return 1;
}

/* ---- load ---- */

static struct bytes load_file(const struct spec *spec, const char *name)
{
    char path[PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/%s", spec->directory, name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        die("%s", path);
    struct bytes bytes = read_all(file);
    close(file);
    return bytes;
}

static void load_descriptors(struct spec *spec)
{
    char *position = load_file(spec, "descriptors").start;
    int number, length;
    unsigned long file;
    while (sscanf(position, "%d %lu\n%n", &number, &file, &length) == 2) {
        if (number < 0 || number >= END)
            die("descriptor %d", number);
        spec->file[number] = file;
        position += length;
    }
}

/* A sealed file in memory, as the native launcher has it. */
static int load_init(const struct spec *spec)
{
    int file = memfd_create("sandbox-init", MFD_CLOEXEC | MFD_ALLOW_SEALING | 0x10 /* MFD_EXEC */);
    if (file < 0 && errno == EINVAL)
        file = memfd_create("sandbox-init", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0 || !write_all(file, load_file(spec, "init")))
        die("memfd");
    fcntl(file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
    return file;
}

static const struct spec *load(const char *directory)
{
    static struct spec specs[MAX_SPECS];
    static int count;
    for (int i = 0; i < count; i++)
        if (strcmp(specs[i].directory, directory) == 0)
            return &specs[i];
    if (count == MAX_SPECS)
        die("too many recordings");
    struct spec *spec = &specs[count++];
    snprintf(spec->directory, sizeof spec->directory, "%s", directory);
    spec->arguments = load_file(spec, "argv");
    spec->options = load_file(spec, "options");
    int arguments = 0;
    char *end = spec->arguments.start + spec->arguments.size;
    for (char *next = spec->arguments.start; next < end && arguments < MAX_ARGUMENTS; next += strlen(next) + 1)
        spec->argv[arguments++] = next;
    load_descriptors(spec);
    if (spec->file[SECCOMP])
        spec->seccomp = load_file(spec, "seccomp");
    if (spec->file[CONTROL])
        spec->payload = load_file(spec, "payload");
    if (spec->file[INIT])
        spec->init = load_init(spec);
    return spec;
}

/* ---- run ---- */

struct ends {
    int parent[END], child[END];
};

static void open_pipe(struct ends *ends, int number, bool to_child)
{
    int pair[2];
    if (pipe2(pair, O_CLOEXEC) < 0)
        die("pipe");
    ends->child[number] = pair[to_child ? 0 : 1];
    ends->parent[number] = pair[to_child ? 1 : 0];
}

static bool is_input(int number)
{
    return number == OPTIONS || number == SECCOMP || number == CONTROL;
}

static void open_descriptor(const struct spec *spec, struct ends *ends, int number)
{
    if (number == INIT) {
        ends->child[number] = spec->init;
        return;
    }
    for (int earlier = 0; earlier < number; earlier++)
        if (spec->file[earlier] == spec->file[number]) {
            ends->child[number] = ends->child[earlier];
            return;
        }
    open_pipe(ends, number, is_input(number));
}

static pid_t spawn(char *const *argv, const int child[END])
{
    static char *const environment[] = {NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t signals;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    posix_spawn_file_actions_init(&actions);
    for (int number = 0; number < END; number++)
        if (child[number] >= 0)
            posix_spawn_file_actions_adddup2(&actions, child[number], number);
        else
            posix_spawn_file_actions_addclose(&actions, number);
    posix_spawn_file_actions_addclosefrom_np(&actions, END);
    pid_t pid;
    int error = posix_spawn(&pid, argv[0], &actions, &attributes, argv, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (error) {
        errno = error;
        die("%s", argv[0]);
    }
    return pid;
}

/* Reads to the end; the last message of the status pipe must tell that the command exited with 0. */
static void drain(int number, int descriptor)
{
    char content[4096];
    size_t size = 0;
    ssize_t count;
    while ((count = read_some(descriptor, content + size, sizeof content - size)) > 0)
        size += (size_t)count;
    if (count < 0 || size == sizeof content)
        die("output of descriptor %d", number);
    if (number == STATUS) {
        uint32_t ended[2] = {0};
        if (size == 2 * STATUS_MESSAGE)
            memcpy(ended, content + STATUS_MESSAGE, sizeof ended);
        if (ended[0] != ENDED || ended[1] != 0)
            die("the command failed, %zu bytes of status", size);
    } else if (size > 0) {
        die("descriptor %d said: %.*s", number, (int)size, content);
    }
    close(descriptor);
}

static void await(pid_t pid)
{
    int status;
    struct rusage usage;
    while (wait4(pid, &status, 0, &usage) < 0)
        if (errno != EINTR)
            die("wait4");
    if (status != 0)
        die("wait status %d", status);
}

static void feed(struct ends *ends, int number, struct bytes content)
{
    if (ends->parent[number] < 0)
        return;
    if (!write_all(ends->parent[number], content))
        die("descriptor %d", number);
    close(ends->parent[number]);
}

static int64_t run(const struct spec *spec)
{
    int64_t start = nanoseconds();
    struct ends ends;
    for (int number = 0; number < END; number++)
        ends.parent[number] = ends.child[number] = -1;
    for (int number = 0; number < END; number++)
        if (spec->file[number])
            open_descriptor(spec, &ends, number);
    feed(&ends, OPTIONS, spec->options);
    feed(&ends, SECCOMP, spec->seccomp);

    pid_t pid = spawn(spec->argv, ends.child);
    for (int number = 0; number < END; number++)
        if (ends.parent[number] >= 0)
            close(ends.child[number]);
    if (ends.parent[CONTROL] >= 0 && !write_all(ends.parent[CONTROL], spec->payload))
        die("payload");
    for (int number = 1; number < END; number++)
        if (!is_input(number) && ends.parent[number] >= 0)
            drain(number, ends.parent[number]);
    await(pid);
    if (ends.parent[CONTROL] >= 0)
        close(ends.parent[CONTROL]);
    return nanoseconds() - start;
}

static int64_t run_many(int workers, int runs, const struct spec *spec)
{
    int64_t start = nanoseconds();
    fflush(stdout);
    for (int worker = 0; worker < workers; worker++) {
        pid_t pid = fork();
        if (pid < 0)
            die("fork");
        if (pid == 0) {
            for (int i = 0; i < runs; i++)
                run(spec);
            fflush(stdout);
            _exit(0);
        }
    }
    for (int worker = 0; worker < workers; worker++) {
        int status;
        if (wait(&status) < 0 || status != 0)
            die("worker");
    }
    return nanoseconds() - start;
}

/* ---- plain pipe ---- */

static int64_t drain_program(char *command)
{
    char *argv[MAX_ARGUMENTS + 1] = {0};
    int count = 0;
    for (char *word = strtok(command, "\t"); word && count < MAX_ARGUMENTS; word = strtok(NULL, "\t"))
        argv[count++] = word;
    static char chunk[CHUNK];
    int64_t start = nanoseconds();
    int child[END], pair[2];
    memset(child, -1, sizeof child);
    if (pipe2(pair, O_CLOEXEC) < 0)
        die("pipe");
    child[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    child[1] = child[2] = pair[1];
    pid_t pid = spawn(argv, child);
    close(pair[1]);
    close(child[0]);
    while (read_some(pair[0], chunk, sizeof chunk) > 0)
        ;
    close(pair[0]);
    await(pid);
    return nanoseconds() - start;
}

static int serve(void)
{
    /* Every later descriptor is then above those of a sandbox, so that none gets in the way of another. */
    for (int number = 3; number < END; number++)
        open("/dev/null", O_RDONLY | O_CLOEXEC);
    static char line[64 * 1024], directory[PATH_MAX];
    int workers, runs, length;
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        if (sscanf(line, "run %4095[^\n]", directory) == 1) {
            printf("%lld\n", (long long)run(load(directory)));
        } else if (sscanf(line, "many %d %d %4095[^\n]", &workers, &runs, directory) == 3) {
            printf("%lld\n", (long long)run_many(workers, runs, load(directory)));
        } else if (sscanf(line, "drain %n", &length) == 0 && strncmp(line, "drain ", 6) == 0) {
            printf("%lld\n", (long long)drain_program(line + length));
        } else {
            errno = EINVAL;
            die("line");
        }
        fflush(stdout);
    }
    return 0;
}

int main(int count, char **arguments)
{
    if (count > 3 && strcmp(arguments[1], "record") == 0)
        return record(count - 2, arguments + 2);
    if (count == 2 && strcmp(arguments[1], "serve") == 0)
        return serve();
    fprintf(stderr, "usage: spawn record DIRECTORY ARGUMENT... | spawn serve\n");
    return 2;
}
