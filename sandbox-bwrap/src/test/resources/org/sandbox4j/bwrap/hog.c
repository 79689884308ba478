// Uses up one thing, as the first argument says; the second says how much.

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void fill(long mebibytes)
{
    char *memory = mmap(NULL, mebibytes << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        exit(3);
    memset(memory, 1, mebibytes << 20);
}

static void burn(double seconds)
{
    struct timespec used;
    do
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    while (used.tv_sec + used.tv_nsec / 1e9 < seconds);
}

int main(int count, char **arguments)
{
    const char *what = arguments[1];
    long amount = count > 2 ? atol(arguments[2]) : 0;
    if (!strcmp(what, "memory"))
        fill(amount);
    else if (!strcmp(what, "memories")) { // 4 MiB in each of many processes, which stay
        for (long i = 0; i < amount / 4; i++)
            if (fork() == 0) {
                fill(4);
                pause();
            }
        while (wait(NULL) > 0)
            ;
    } else if (!strcmp(what, "bomb"))
        for (;;)
            fork();
    else if (!strcmp(what, "processes")) { // that many besides this one, then their end
        for (long i = 0; i < amount; i++) {
            pid_t child = fork();
            if (child == 0) {
                pause();
                _exit(0);
            }
            if (child < 0)
                return errno == EAGAIN ? 11 : 12;
        }
        signal(SIGTERM, SIG_IGN);
        kill(0, SIGTERM);
        while (wait(NULL) > 0)
            ;
    } else if (!strcmp(what, "descriptors")) {
        int opened = 3;
        while (open("/", O_RDONLY) >= 0)
            opened++;
        printf("%d %d\n", opened, errno == EMFILE);
    } else if (!strcmp(what, "burn"))
        burn(amount);
    else if (!strcmp(what, "burners")) { // short-lived processes that nobody waits for, one after the other
        signal(SIGCHLD, SIG_IGN);
        for (long i = 0; i < amount * 20; i++)
            if (fork() == 0) {
                burn(0.05);
                _exit(0);
            } else
                while (wait(NULL) > 0)
                    ;
    } else
        return 2;
    return 0;
}
