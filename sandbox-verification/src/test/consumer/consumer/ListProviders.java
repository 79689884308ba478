package consumer;

import java.util.ServiceLoader;
import org.sandbox4j.spi.SandboxProvider;

/** What a user's program sees: prints the id of each provider, and the module that it comes from. */
final class ListProviders {
    private ListProviders() {}

    public static void main(String[] arguments) {
        for (SandboxProvider provider : ServiceLoader.load(SandboxProvider.class)) {
            System.out.println(provider.id() + " " + provider.getClass().getModule().getName());
        }
    }
}
