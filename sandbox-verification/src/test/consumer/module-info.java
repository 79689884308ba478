module consumer {
    requires org.sandbox4j.api;

    uses org.sandbox4j.spi.SandboxProvider;
}
