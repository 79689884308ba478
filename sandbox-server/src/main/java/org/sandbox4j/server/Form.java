package org.sandbox4j.server;

import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two fields of a request to run something. A text is only seen without a file name, a file only with one; of several,
 * the last one counts.
 *
 * @param text the text
 * @param file the file, which is gone once the form is closed
 * @param parts all parts
 */
record Form(Optional<String> text, Optional<ByteSource> file, Collection<Part> parts) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Form.class);

    private static final int MAX_FIELDS = 1000;
    /** Of what is held for the answer: a text is also parsed, and costs as much as twice the JSON that an answer has. */
    private static final long COST_OF_TEXT = 2;

    private static final int IN_MEMORY_BYTES = 64 << 10;

    /**
     * Reads the body of a request.
     *
     * @param textField name of the text
     * @param maxTextBytes what is taken in beside a file
     * @param directory where files are kept meanwhile
     * @param maxBytes size of the body
     * @throws Refusal if it is no form, or too large
     */
    static Form read(Exchange exchange, String textField, int maxTextBytes, Path directory, long maxBytes)
            throws IOException {
        return exchange.client().receiving(() -> receive(exchange, textField, maxTextBytes, directory, maxBytes));
    }

    private static Form receive(Exchange exchange, String textField, int maxTextBytes, Path directory, long maxBytes)
            throws IOException {
        HttpServletRequest request = exchange.request();
        if (request.getContentLengthLong() > maxBytes) {
            throw tooLarge(maxBytes);
        }
        String type = exchange.mediaType().orElse("");
        if (type.equals("multipart/form-data")) {
            return multipart(exchange, textField, maxTextBytes, directory, maxBytes);
        } else if (type.equals("application/x-www-form-urlencoded")) {
            return new Form(urlEncoded(exchange, textField, maxTextBytes), Optional.empty(), List.of());
        }
        return new Form(Optional.empty(), Optional.empty(), List.of());
    }

    private static Form multipart(Exchange exchange, String textField, int maxTextBytes, Path directory, long maxBytes)
            throws IOException {
        HttpServletRequest request = exchange.request();
        request.setAttribute(
                "org.eclipse.jetty.multipartConfig",
                new MultipartConfigElement(directory.toString(), maxBytes, maxBytes, IN_MEMORY_BYTES));
        Collection<Part> parts;
        try {
            parts = request.getParts();
        } catch (ServletException | RuntimeException e) {
            throw isTooLarge(e) ? tooLarge(maxBytes) : broken(e);
        }
        try {
            return multipart(parts, textField, maxTextBytes, exchange.memory());
        } catch (IOException | RuntimeException e) {
            delete(parts);
            throw e;
        }
    }

    private static Form multipart(Collection<Part> parts, String textField, int maxTextBytes, HeapShare.Part memory)
            throws IOException {
        Optional<String> text = Optional.empty();
        Optional<ByteSource> file = Optional.empty();
        long textBytes = 0;
        for (Part part : parts) {
            String fileName = part.getSubmittedFileName();
            if (fileName == null) {
                textBytes += part.getSize();
                if (textBytes > maxTextBytes) {
                    throw Refusal.badRequestPage("more than " + maxTextBytes + " bytes of text");
                }
                if (part.getName().equals(textField)) {
                    memory.takeAll(COST_OF_TEXT * part.getSize());
                    try (InputStream in = part.getInputStream()) {
                        text = Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                    }
                }
            } else if (!fileName.isEmpty() && part.getName().equals("environment")) {
                file = Optional.of(part::getInputStream);
            }
        }
        return new Form(text, file, parts);
    }

    private static Optional<String> urlEncoded(Exchange exchange, String textField, int maxTextBytes)
            throws IOException {
        byte[] body = exchange.request().getInputStream().readNBytes(maxTextBytes + 1);
        if (body.length > maxTextBytes) {
            throw Refusal.badRequestPage("more than " + maxTextBytes + " bytes of text");
        }
        exchange.memory().takeAll(COST_OF_TEXT * body.length);
        String[] fields = new String(body, StandardCharsets.UTF_8).split("&", -1);
        if (fields.length > MAX_FIELDS) {
            throw Refusal.badRequestPage("more than " + MAX_FIELDS + " fields");
        }
        Optional<String> text = Optional.empty();
        for (String field : fields) {
            String[] parts = field.split("=", 2);
            if (parts.length == 2 && Percent.decodeField(parts[0]).equals(textField)) {
                text = Optional.of(Percent.decodeField(parts[1]));
            }
        }
        return text;
    }

    private static Refusal tooLarge(long maxBytes) {
        return Refusal.upload(
                413,
                "The request is larger than " + maxBytes
                        + " bytes. Send less, or have the server take more (--upload).");
    }

    /** A body without Content-Length turns out to be too large while it is read, which the HTTP library tells in words. */
    private static boolean isTooLarge(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (message.contains("exceed") || message.contains("too large")) {
                return true;
            }
        }
        return false;
    }

    private static Refusal broken(Exception failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return Refusal.upload(
                400, "The body is no multipart form: " + PlainText.of(String.valueOf(cause.getMessage())) + ".");
    }

    @Override
    public void close() {
        delete(parts);
    }

    private static void delete(Collection<Part> parts) {
        for (Part part : parts) {
            try {
                part.delete();
            } catch (IOException e) {
                LOG.warn("an upload stays until the next start: {}", e.toString());
            }
        }
    }
}
