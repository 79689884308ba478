package org.sandbox4j.local;

import java.util.List;

/**
 * The classes that a run needs from its start on, and a sandbox for its end. When the shutdown hook runs, the class loader may
 * have been closed, and what is not loaded then cannot be loaded any more.
 */
final class ClassesOfTheEnd {
    static final List<String> NAMES = List.of(
            "org.sandbox4j.CapturedOutput",
            "org.sandbox4j.ResourceUsage",
            "org.sandbox4j.SandboxException",
            "org.sandbox4j.SandboxResult",
            "org.sandbox4j.SandboxSetupException",
            "org.sandbox4j.Termination$Signalled",
            "org.sandbox4j.TextCut",
            "org.sandbox4j.local.ActiveRuns",
            "org.sandbox4j.local.RunStarter$Duration",
            "org.sandbox4j.local.RunStarter$Launching",
            "org.sandbox4j.local.RunStarter$RunName",
            "org.sandbox4j.local.ShutdownHook",
            "org.sandbox4j.local.host.ErrorNumber",
            "org.sandbox4j.local.host.FailedStep",
            "org.sandbox4j.local.host.HostErrors",
            "org.sandbox4j.local.host.MountedNoexec",
            "org.sandbox4j.local.host.PivotRoot",
            "org.sandbox4j.local.launch.ControlChannel",
            "org.sandbox4j.local.launch.Descriptor",
            "org.sandbox4j.local.launch.DescriptorInputStream",
            "org.sandbox4j.local.launch.DescriptorOutputStream",
            "org.sandbox4j.local.launch.HostCharset",
            "org.sandbox4j.local.launch.HostExit",
            "org.sandbox4j.local.launch.InitInMemory$Use",
            "org.sandbox4j.local.launch.InitMessage$Ended",
            "org.sandbox4j.local.launch.InitMessage$Started",
            "org.sandbox4j.local.launch.InitPayload",
            "org.sandbox4j.local.launch.InitPayload$Identity",
            "org.sandbox4j.local.launch.InitPayload$Option",
            "org.sandbox4j.local.launch.LaunchRequest",
            "org.sandbox4j.local.launch.LaunchingThread",
            "org.sandbox4j.local.launch.MessageReader",
            "org.sandbox4j.local.launch.NativeProcess",
            "org.sandbox4j.local.launch.PollLoop",
            "org.sandbox4j.local.launch.PollLoop$Pipe",
            "org.sandbox4j.local.launch.ProcessTree",
            "org.sandbox4j.local.launch.ProcessWatch",
            "org.sandbox4j.local.launch.ProcessWatch$ByteSink",
            "org.sandbox4j.local.launch.ProcessWatch$Waiting",
            "org.sandbox4j.local.launch.ShellProcess",
            "org.sandbox4j.local.launch.ShellProcess$FifoOutputStream",
            "org.sandbox4j.local.launch.SpawnPipes",
            "org.sandbox4j.local.launch.SpawnPipes$Given",
            "org.sandbox4j.local.launch.TerminalSettings",
            "org.sandbox4j.local.launch.TerminalWiring",
            "org.sandbox4j.local.limits.RunLimits",
            "org.sandbox4j.local.overlay.Guard",
            "org.sandbox4j.local.run.BudgetedInput",
            "org.sandbox4j.local.run.InitFailures",
            "org.sandbox4j.local.run.LimitWatch",
            "org.sandbox4j.local.run.OutputBudget",
            "org.sandbox4j.local.run.RunRequest",
            "org.sandbox4j.local.run.RunRequest$Ending",
            "org.sandbox4j.local.run.RunStreams",
            "org.sandbox4j.local.run.RunTerminal",
            "org.sandbox4j.local.run.SandboxRun",
            "org.sandbox4j.local.run.SandboxRun$Stop",
            "org.sandbox4j.local.run.SoughtProgram",
            "org.sandbox4j.local.run.StageFailures",
            "org.sandbox4j.local.run.Workers",
            "org.sandbox4j.local.tree.DirectoryHandle",
            "org.sandbox4j.local.tree.DirectoryIdentity",
            "org.sandbox4j.local.tree.MountPointJournal",
            "org.sandbox4j.local.tree.MountPoints",
            "org.sandbox4j.local.tree.PreparedTree",
            "org.sandbox4j.local.tree.PreparedTree$Lease",
            "org.sandbox4j.local.tree.Resolution",
            "org.sandbox4j.local.tree.Resolution$Kind",
            "org.sandbox4j.local.tree.RootTree$NewEntries",
            "org.sandbox4j.local.tree.RunningTree",
            "org.sandbox4j.local.tree.TreeLayers",
            "org.sandbox4j.local.tree.TreeNeeds",
            "org.sandbox4j.local.tree.TreePath",
            "org.sandbox4j.local.tree.TreePreparation",
            "org.sandbox4j.local.tree.WriteAccess$Grant",
            "org.sandbox4j.local.tree.WriteAccess$Use",
            "org.sandbox4j.local.tree.Writing",
            "org.sandbox4j.spi.RecordHandles",
            "org.sandbox4j.spi.ShutdownTasks",
            "org.sandbox4j.spi.files.CurrentUser",
            "org.sandbox4j.spi.files.FileStatus",
            "org.sandbox4j.spi.files.HmacSha256",
            "org.sandbox4j.spi.files.NotOurs",
            "org.sandbox4j.spi.files.OwnedDirectory",
            "org.sandbox4j.spi.files.OwnedFile",
            "org.sandbox4j.spi.files.OwnershipRecord",
            "org.sandbox4j.spi.files.OwnershipRecord$Origin",
            "org.sandbox4j.spi.files.PrivateDirectory",
            "org.sandbox4j.spi.files.SandboxDirectories",
            "org.sandbox4j.spi.files.Surroundings",
            "org.sandbox4j.spi.files.TreeRemoval",
            "org.sandbox4j.spi.files.UserKey");

    static {
        ClassLoader loader = ClassesOfTheEnd.class.getClassLoader();
        for (String name : NAMES) {
            try {
                Class.forName(name, true, loader);
            } catch (ClassNotFoundException | LinkageError e) {
                // Whoever needs it says so.
            }
        }
    }

    private ClassesOfTheEnd() {}

    static void load() {
        // Loading the class does it.
    }
}
