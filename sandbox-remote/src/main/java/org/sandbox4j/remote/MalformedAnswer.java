package org.sandbox4j.remote;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.OptionalLong;

/** An answer whose headers make no sense. */
final class MalformedAnswer extends IOException {
    private static final long serialVersionUID = 1L;
    private static final String CONTENT_LENGTH = "content-length";

    MalformedAnswer(String what) {
        super(what);
    }

    /**
     * Reads how long an answer says that it is.
     *
     * @throws MalformedAnswer if it says that in no way that makes sense
     */
    static OptionalLong length(HttpHeaders headers) throws MalformedAnswer {
        List<String> values = headers.allValues(CONTENT_LENGTH);
        if (values.isEmpty()) {
            return OptionalLong.empty();
        }
        String value = values.get(0);
        if (!value.matches("[0-9]{1,18}") || !values.stream().allMatch(value::equals)) {
            throw new MalformedAnswer("the answer has the Content-Length '" + String.join(", ", values) + "'");
        }
        return OptionalLong.of(Long.parseLong(value));
    }
}
