package org.sandbox4j.local.seccomp;

/**
 * System calls by name, with their numbers: {@code unistd_64.h} for x86-64, {@code asm-generic/unistd.h} for aarch64,
 * {@code unistd_32.h} for i386, {@code unistd-common.h} and {@code unistd-eabi.h} for 32-bit ARM.
 */
enum SystemCall {
    SYSCTL(156, -1, 149, 149),
    ACCT(163, 89, 51, 51),
    ADD_KEY(248, 217, 286, 309),
    BPF(321, 280, 357, 386),
    CHMOD(90, -1, 15, 15),
    CHROOT(161, 51, 61, 61),
    CLOCK_SETTIME(227, 112, 264, 262),
    CLOCK_SETTIME64(-1, -1, 404, 404),
    CLONE(56, 220, 120, 120),
    CLONE3(435, 435, 435, 435),
    CREAT(85, -1, 8, 8),
    DELETE_MODULE(176, 106, 129, 129),
    FANOTIFY_INIT(300, 262, 338, 367),
    FCHMOD(91, 52, 94, 94),
    FCHMODAT(268, 53, 306, 333),
    FCHMODAT2(452, 452, 452, 452),
    FINIT_MODULE(313, 273, 350, 379),
    FSCONFIG(431, 431, 431, 431),
    FSMOUNT(432, 432, 432, 432),
    FSOPEN(430, 430, 430, 430),
    FSPICK(433, 433, 433, 433),
    GET_MEMPOLICY(239, 236, 275, 320),
    INIT_MODULE(175, 105, 128, 128),
    IO_URING_ENTER(426, 426, 426, 426),
    IO_URING_REGISTER(427, 427, 427, 427),
    IO_URING_SETUP(425, 425, 425, 425),
    IOCTL(16, 29, 54, 54),
    IOPERM(173, -1, 101, -1),
    IOPL(172, -1, 110, -1),
    KCMP(312, 272, 349, 378),
    KEXEC_FILE_LOAD(320, 294, -1, 401),
    KEXEC_LOAD(246, 104, 283, 347),
    KEYCTL(250, 219, 288, 311),
    LOOKUP_DCOOKIE(212, 18, 253, 249),
    MBIND(237, 235, 274, 319),
    MIGRATE_PAGES(256, 238, 294, 400),
    MKNOD(133, -1, 14, 14),
    MKNODAT(259, 33, 297, 324),
    MODIFY_LDT(154, -1, 123, -1),
    MOUNT(165, 40, 21, 21),
    MOUNT_SETATTR(442, 442, 442, 442),
    MOVE_MOUNT(429, 429, 429, 429),
    MOVE_PAGES(279, 239, 317, 344),
    NFSSERVCTL(180, 42, 169, 169),
    OPEN(2, -1, 5, 5),
    OPEN_BY_HANDLE_AT(304, 265, 342, 371),
    OPEN_TREE(428, 428, 428, 428),
    OPEN_TREE_ATTR(467, 467, 467, 467),
    OPENAT(257, 56, 295, 322),
    OPENAT2(437, 437, 437, 437),
    PERF_EVENT_OPEN(298, 241, 336, 364),
    PERSONALITY(135, 92, 136, 136),
    PIDFD_GETFD(438, 438, 438, 438),
    PIVOT_ROOT(155, 41, 217, 218),
    PROCESS_MADVISE(440, 440, 440, 440),
    PROCESS_VM_READV(310, 270, 347, 376),
    PROCESS_VM_WRITEV(311, 271, 348, 377),
    PTRACE(101, 117, 26, 26),
    QUOTACTL(179, 60, 131, 131),
    QUOTACTL_FD(443, 443, 443, 443),
    REBOOT(169, 142, 88, 88),
    REQUEST_KEY(249, 218, 287, 310),
    SET_MEMPOLICY(238, 237, 276, 321),
    SET_MEMPOLICY_HOME_NODE(450, 450, 450, 450),
    SETDOMAINNAME(171, 162, 121, 121),
    SETHOSTNAME(170, 161, 74, 74),
    SETNS(308, 268, 346, 375),
    SETTIMEOFDAY(164, 170, 79, 79),
    SOCKET(41, 198, 359, 281),
    SOCKETCALL(-1, -1, 102, -1),
    SOCKETPAIR(53, 199, 360, 288),
    STIME(-1, -1, 25, -1),
    SWAPOFF(168, 225, 115, 115),
    SWAPON(167, 224, 87, 87),
    SYSLOG(103, 116, 103, 103),
    UMOUNT(-1, -1, 22, -1),
    UMOUNT2(166, 39, 52, 52),
    UNSHARE(272, 97, 310, 337),
    USELIB(134, -1, 86, 86),
    USERFAULTFD(323, 282, 374, 388),
    VHANGUP(153, 58, 111, 111),
    VM86(-1, -1, 166, -1),
    VM86OLD(-1, -1, 113, -1);

    /** Where an architecture has no such call. */
    private static final int NONE = -1;

    private final int x86;
    private final int arm;
    private final int i386;
    private final int arm32;

    SystemCall(int x86, int arm, int i386, int arm32) {
        this.x86 = x86;
        this.arm = arm;
        this.i386 = i386;
        this.arm32 = arm32;
    }

    boolean existsOn(Architecture architecture) {
        return number(architecture) != NONE;
    }

    int number(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> x86;
            case AARCH64 -> arm;
            case I386 -> i386;
            case ARM -> arm32;
        };
    }
}
