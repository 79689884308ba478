package org.sandbox4j.remote;

/** Bodies that servers send. */
public final class Answers {
    public static final String ID = "2e4b6ff2-35a6-4f5c-9f5e-3a8a5d3c1a10";

    public static final String OK = response(0, result("true", 0, "", ""));

    public static final String OVERLOADED = "Sandbox overloaded, retry after a few seconds.";

    public static final String SPECIFICATIONS = "{\"host\": {\"cpu\": {\"core\": 2, \"logical\": 2, \"freq_min\": 0.0,"
            + " \"freq_max\": 0.0}, \"memory\": {\"ram\": 25276514304, \"swap\": 0, \"storage\": {\"/dev/vda\":"
            + " 270553174016}}, \"docker_version\": \"20.10.24+dfsg1\", \"sandbox_version\": \"3.0.3\"},"
            + " \"container\": {\"count\": 4, \"cpu\": {\"count\": 1, \"period\": 1000, \"shares\": 1024, \"quota\":"
            + " 0}, \"memory\": {\"ram\": 100000000, \"swap\": 100000000, \"storage\": -1}, \"io\": {\"read_iops\": {},"
            + " \"read_bps\": {}, \"write_iops\": {}, \"write_bps\": {}}, \"process\": -1, \"working_dir_device\":"
            + " \"/dev/vda\"}}";

    public static final String USAGES =
            "{\"cpu\": {\"frequency\": 2596.136, \"usage\": 0.862, \"usage_avg\": [1.447, 0.738,"
                    + " 0.314]}, \"memory\": {\"ram\": 457777152, \"swap\": 0, \"storage\": {\"/dev/vda\": 25492750336}},"
                    + " \"io\": {\"read_iops\": {\"/dev/vda\": 59}, \"read_bps\": {}, \"write_iops\": {}, \"write_bps\": {}},"
                    + " \"network\": {\"sent_bytes\": 19825, \"received_bytes\": 7576345, \"sent_packets\": 208,"
                    + " \"received_packets\": 245}, \"process\": 96, \"container\": 0}";

    public static final String LIBRARIES =
            "{\"libraries\": {\"system\": {\"tar\": \"1.34\"}, \"python\": {}}, \"bin\": [\"awk\"]}";

    private Answers() {}

    public static String response(int status, String... results) {
        return "{\"status\": " + status + ", \"execution\": [" + String.join(", ", results)
                + "], \"total_time\": 0.18348002433776855}";
    }

    public static String result(String command, int exitCode, String stdout, String stderr) {
        return "{\"command\": \"" + command + "\", \"exit_code\": " + exitCode + ", \"stdout\": \"" + stdout
                + "\", \"stderr\": \"" + stderr + "\", \"time\": 0.10399866104125977}";
    }
}
