package org.sandbox4j.remote;

import org.sandbox4j.protocol.ExecuteRequest;
import org.sandbox4j.protocol.WireCodec;

/** Requests as servers take them. */
final class Configs {
    /** What Django takes for fields that are no files: 2.5 MiB of data. */
    static final int MAX_BYTES = 2_621_440;

    /** Names of fields and the like are counted, too. */
    private static final int RESERVE = 1024;

    private Configs() {}

    static byte[] json(ExecuteRequest request) {
        byte[] json = WireCodec.write(request);
        if (json.length > MAX_BYTES - RESERVE) {
            throw new IllegalArgumentException(
                    "The request has " + json.length + " bytes as JSON; servers refuse more than "
                            + (MAX_BYTES - RESERVE) + ". Put large things into files of the environment.");
        }
        return json;
    }
}
