/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Where the program begins: chooses its mode. No libc, no writable globals.
 */

#include "modes.h"
#include "system.h"

enum exit_code { EXIT_USAGE = 2 };

void *memset(void *target, int value, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ((char *)target)[i] = (char)value;
    return target;
}

void *memcpy(void *target, const void *source, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ((char *)target)[i] = ((const char *)source)[i];
    return target;
}

/* The stack as execve(2) leaves it: the number of arguments, the arguments, NULL. */
__attribute__((used)) _Noreturn void sandbox_start(long *stack)
{
    long count = stack[0];
    const char **arguments = (const char **)(void *)(stack + 1);
    if (count < 2)
        run_init();
    if (equal(arguments[1], "stage"))
        run_stage(arguments + 2);
    if (equal(arguments[1], "enter"))
        run_enter();
    bool merges = equal(arguments[1], "merge") || equal(arguments[1], "recover") || equal(arguments[1], "undo");
    if (merges || equal(arguments[1], "discard"))
        run_merge(arguments[1], arguments + 2);
    if (equal(arguments[1], "survey"))
        run_survey(arguments + 2);
    if (equal(arguments[1], "detach"))
        run_detach(arguments + 2);
    exit_process(EXIT_USAGE);
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n\txor %ebp, %ebp\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall sandbox_start\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n_start:\n\tmov x29, xzr\n\tmov x30, xzr\n\tmov x0, sp\n\tb sandbox_start\n");
#endif
