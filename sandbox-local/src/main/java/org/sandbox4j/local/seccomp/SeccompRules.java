package org.sandbox4j.local.seccomp;

import java.util.ArrayList;
import java.util.List;
import org.sandbox4j.SeccompProfile;

/** The table of what each profile refuses. */
final class SeccompRules {
    static final int EPERM = 1;
    static final int ENOSYS = 38;
    static final int EAFNOSUPPORT = 97;

    /** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET, linux/sched.h. */
    private static final int CLONE_NEW_NAMESPACES = 0x7E020000;

    /** Not a flag of clone(2), which has the signal of the child's end there. */
    private static final int CLONE_NEWTIME = 0x00000080;

    private static final int SET_ID_BITS = 06000;

    /** Set in the types of character and block devices, and of nothing else that mknod(2) makes. */
    private static final int DEVICE_BIT = 0020000;

    private static final int O_CREAT = 0100;
    private static final int O_TMPFILE = 020000000;
    private static final int TIOCSTI = 0x5412;
    private static final int TIOCLINUX = 0x541C;

    /** PER_LINUX, and with PER_LINUX32, UNAME26 and ADDR_NO_RANDOMIZE what setarch(8) and debuggers set, and -1, which asks. */
    private static final List<Integer> PERSONALITIES =
            List.of(0, 0x8, 0x20000, 0x20008, 0x40000, 0x40008, 0x60000, 0x60008, -1);

    private static final int SYS_SOCKET = 1;
    private static final int SYS_SOCKETPAIR = 8;

    private static final int AF_UNSPEC = 0;
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int AF_NETLINK = 16;

    private final List<SeccompRule> rules = new ArrayList<>();

    private SeccompRules() {}

    static List<SeccompRule> of(SeccompProfile profile) {
        SeccompRules table = new SeccompRules();
        if (profile != SeccompProfile.NONE) {
            table.standard();
        }
        if (profile == SeccompProfile.STRICT) {
            table.strict();
        }
        return List.copyOf(table.rules);
    }

    private void standard() {
        refuse(SystemCall.SYSLOG, SystemCall.USELIB, SystemCall.ACCT, SystemCall.QUOTACTL, SystemCall.QUOTACTL_FD);
        refuse(SystemCall.ADD_KEY, SystemCall.KEYCTL, SystemCall.REQUEST_KEY);
        refuse(
                SystemCall.MOVE_PAGES,
                SystemCall.MIGRATE_PAGES,
                SystemCall.MBIND,
                SystemCall.GET_MEMPOLICY,
                SystemCall.SET_MEMPOLICY,
                SystemCall.SET_MEMPOLICY_HOME_NODE);
        refuse(SystemCall.MOUNT, SystemCall.UMOUNT2, SystemCall.PIVOT_ROOT, SystemCall.CHROOT, SystemCall.SETNS);
        refuse(SystemCall.UMOUNT);
        refuse(SystemCall.BPF, SystemCall.PERF_EVENT_OPEN, SystemCall.USERFAULTFD, SystemCall.FANOTIFY_INIT);
        refuse(SystemCall.IO_URING_SETUP, SystemCall.IO_URING_ENTER, SystemCall.IO_URING_REGISTER);
        refuse(SystemCall.KEXEC_LOAD, SystemCall.KEXEC_FILE_LOAD);
        refuse(SystemCall.INIT_MODULE, SystemCall.FINIT_MODULE, SystemCall.DELETE_MODULE);
        refuse(SystemCall.OPEN_BY_HANDLE_AT, SystemCall.LOOKUP_DCOOKIE, SystemCall.NFSSERVCTL, SystemCall.SYSCTL);
        refuse(SystemCall.SWAPON, SystemCall.SWAPOFF, SystemCall.REBOOT, SystemCall.VHANGUP);
        refuse(SystemCall.SETTIMEOFDAY, SystemCall.CLOCK_SETTIME, SystemCall.SETHOSTNAME, SystemCall.SETDOMAINNAME);
        refuse(SystemCall.STIME, SystemCall.CLOCK_SETTIME64);
        refuse(SystemCall.IOPL, SystemCall.IOPERM, SystemCall.MODIFY_LDT, SystemCall.VM86, SystemCall.VM86OLD);

        // A C library that finds these missing falls back to calls whose arguments a filter can see.
        lack(SystemCall.CLONE3, SystemCall.OPENAT2);
        lack(
                SystemCall.OPEN_TREE,
                SystemCall.OPEN_TREE_ATTR,
                SystemCall.MOVE_MOUNT,
                SystemCall.FSOPEN,
                SystemCall.FSCONFIG,
                SystemCall.FSMOUNT,
                SystemCall.FSPICK,
                SystemCall.MOUNT_SETATTR);

        refuse(SystemCall.CLONE, new Condition.AnyBit(0, CLONE_NEW_NAMESPACES));
        refuse(SystemCall.UNSHARE, new Condition.AnyBit(0, CLONE_NEW_NAMESPACES | CLONE_NEWTIME));
        refuse(SystemCall.IOCTL, new Condition.OneOf(1, List.of(TIOCSTI, TIOCLINUX)));
        refuse(SystemCall.PERSONALITY, new Condition.NoneOf(0, PERSONALITIES));
        modes();
        sockets();
    }

    /** Nothing becomes setuid or setgid, by no way of giving a mode; and no devices, with which overlays mark removed files. */
    private void modes() {
        refuse(SystemCall.CHMOD, new Condition.AnyBit(1, SET_ID_BITS));
        refuse(SystemCall.FCHMOD, new Condition.AnyBit(1, SET_ID_BITS));
        refuse(SystemCall.FCHMODAT, new Condition.AnyBit(2, SET_ID_BITS));
        refuse(SystemCall.FCHMODAT2, new Condition.AnyBit(2, SET_ID_BITS));
        refuse(SystemCall.MKNOD, new Condition.AnyBit(1, SET_ID_BITS | DEVICE_BIT));
        refuse(SystemCall.MKNODAT, new Condition.AnyBit(2, SET_ID_BITS | DEVICE_BIT));
        refuse(SystemCall.CREAT, new Condition.AnyBit(1, SET_ID_BITS));
        refuse(SystemCall.OPEN, new Condition.AnyBitOfBoth(1, O_CREAT | O_TMPFILE, 2, SET_ID_BITS));
        refuse(SystemCall.OPENAT, new Condition.AnyBitOfBoth(2, O_CREAT | O_TMPFILE, 3, SET_ID_BITS));
    }

    /** socketcall(2) has the family in memory, where a filter cannot look; a C library may fall back to socket(2). */
    private void sockets() {
        Condition oddFamily = new Condition.NoneOf(0, List.of(AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6, AF_NETLINK));
        rules.add(new SeccompRule(SystemCall.SOCKET, oddFamily, EAFNOSUPPORT));
        rules.add(new SeccompRule(SystemCall.SOCKETPAIR, oddFamily, EAFNOSUPPORT));
        rules.add(new SeccompRule(
                SystemCall.SOCKETCALL, new Condition.OneOf(0, List.of(SYS_SOCKET, SYS_SOCKETPAIR)), ENOSYS));
    }

    private void strict() {
        refuse(
                SystemCall.PTRACE,
                SystemCall.PROCESS_VM_READV,
                SystemCall.PROCESS_VM_WRITEV,
                SystemCall.PROCESS_MADVISE,
                SystemCall.KCMP,
                SystemCall.PIDFD_GETFD);
    }

    private void refuse(SystemCall... calls) {
        for (SystemCall call : calls) {
            refuse(call, new Condition.Always());
        }
    }

    private void refuse(SystemCall call, Condition condition) {
        rules.add(new SeccompRule(call, condition, EPERM));
    }

    private void lack(SystemCall... calls) {
        for (SystemCall call : calls) {
            rules.add(new SeccompRule(call, new Condition.Always(), ENOSYS));
        }
    }
}
