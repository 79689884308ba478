package org.sandbox4j.server;

/** The pages that tell nothing but a status, as clients know them. */
final class Pages {
    static final Answer BAD_REQUEST = page(400, "Bad Request (400)", "");
    static final Answer NOT_FOUND = page(404, "Not Found", "The requested resource was not found on this server.");
    static final Answer SERVER_ERROR = page(500, "Server Error (500)", "");

    private Pages() {}

    private static Answer page(int status, String title, String details) {
        return Answer.page(status, """

                <!doctype html>
                <html lang="en">
                <head>
                  <title>%1$s</title>
                </head>
                <body>
                  <h1>%1$s</h1><p>%2$s</p>
                </body>
                </html>
                """.formatted(title, details));
    }
}
