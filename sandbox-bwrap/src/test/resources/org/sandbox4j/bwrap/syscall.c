/* Makes the system calls that its arguments describe, "number,argument,...", each in a process of its own, and prints
 * "result errno" for each. A pointer argument is written as "p": the address of zeros. With an "i" before the number, the
 * call is made as 32-bit programs of x86 make it. "machine" prints what uname(2) says. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

static char zeros[4096];

static long call_as_32_bit_program(const long *numbers) {
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(numbers[0]), "b"(numbers[1]), "c"(numbers[2]), "d"(numbers[3]), "S"(numbers[4]),
                       "D"(numbers[5])
                     : "memory", "r8", "r9", "r10", "r11");
    result = (int)result;
    if (result < 0 && result > -4096) {
        errno = (int)-result;
        return -1;
    }
    return result;
}

static void make(char *call) {
    long numbers[7] = {0};
    int count = 0;
    int small = call[0] == 'i';
    for (char *part = strtok(call + small, ","); part != NULL && count < 7; part = strtok(NULL, ",")) {
        numbers[count++] = strcmp(part, "p") == 0 ? (long)zeros : strtol(part, NULL, 0);
    }
    errno = 0;
    long result = small ? call_as_32_bit_program(numbers)
                        : syscall(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6]);
    printf("%ld %d\n", result, errno);
    fflush(stdout);
    _exit(0);
}

static void print_machine(void) {
    struct utsname names;
    uname(&names);
    printf("%s\n", names.machine);
    fflush(stdout);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "machine") == 0) {
            print_machine();
            continue;
        }
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
