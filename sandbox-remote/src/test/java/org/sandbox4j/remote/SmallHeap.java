package org.sandbox4j.remote;

import java.net.URI;
import org.sandbox4j.protocol.ExecuteRequest;

/** Asks a server whose answers never end, in a JVM of its own. */
final class SmallHeap {
    private SmallHeap() {}

    private interface Call {
        void run() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        try (SandboxClient client =
                SandboxClient.builder(URI.create(arguments[0])).build()) {
            System.out.print(reason(client::libraries) + " ");
            System.out.print(reason(() -> client.execute(
                            ExecuteRequest.builder().command("true").build())) + " ");
            System.out.println(reason(client::usages));
        }
    }

    private static String reason(Call call) throws Exception {
        try {
            call.run();
            return "no failure";
        } catch (ServerException e) {
            return e.reason();
        }
    }
}
