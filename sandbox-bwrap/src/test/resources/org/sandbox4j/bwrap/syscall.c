/* Makes the system calls that its arguments describe, "number,argument,...", each in a process of its own, and prints
 * "result errno" for each. A pointer argument is written as "p": the address of zeros. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char zeros[4096];

static void make(char *call) {
    long numbers[7] = {0};
    int count = 0;
    for (char *part = strtok(call, ","); part != NULL && count < 7; part = strtok(NULL, ",")) {
        numbers[count++] = strcmp(part, "p") == 0 ? (long)zeros : strtol(part, NULL, 0);
    }
    errno = 0;
    long result = syscall(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6]);
    printf("%ld %d\n", result, errno);
    fflush(stdout);
    _exit(0);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        pid_t child = fork();
        if (child == 0) {
            make(argv[i]);
        }
        int status;
        waitpid(child, &status, 0);
        if (!WIFEXITED(status)) {
            printf("killed %d\n", WTERMSIG(status));
            fflush(stdout);
        }
    }
    return 0;
}
