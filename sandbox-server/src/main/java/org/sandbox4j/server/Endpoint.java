package org.sandbox4j.server;

/** Answers the requests of one path and method. */
interface Endpoint {
    /**
     * Answers a request.
     *
     * @throws Refusal to answer with an error
     */
    Answer answer(Exchange exchange) throws Exception;
}
