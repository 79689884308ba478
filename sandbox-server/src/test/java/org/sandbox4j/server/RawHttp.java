package org.sandbox4j.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Sends requests as bytes over a socket and shows answers as they came. */
final class RawHttp {
    static final String BOUNDARY = "xX-boundary-Xx";

    private final URI server;

    RawHttp(URI server) {
        this.server = server;
    }

    /** An answer, with the names of headers in lower case. */
    @SuppressWarnings("ArrayRecordComponent")
    record Reply(int status, Map<String, String> headers, byte[] content) {
        String text() {
            return new String(content, StandardCharsets.UTF_8);
        }

        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    URI server() {
        return server;
    }

    Reply get(String path, String... headers) throws IOException {
        return send("GET", path, new byte[0], headers);
    }

    Reply send(String method, String path, byte[] body, String... headers) throws IOException {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        if (List.of(headers).stream().noneMatch(header -> header.startsWith("Host:"))) {
            head.append("Host: ").append(server.getAuthority()).append("\r\n");
        }
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        head.append("Connection: close\r\nContent-Length: ").append(body.length).append("\r\n\r\n");
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        request.write(body);
        return exchange(request.toByteArray());
    }

    /** Sends bytes, and reads what comes until the server closes the connection. */
    Reply exchange(byte[] request) throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(120_000);
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            return parse(socket.getInputStream());
        }
    }

    static Reply parse(InputStream in) throws IOException {
        byte[] all = in.readAllBytes();
        String latin = new String(all, StandardCharsets.ISO_8859_1);
        int end = latin.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new IOException("No answer, but: " + latin);
        }
        Map<String, String> headers = new TreeMap<>();
        List<String> lines = latin.substring(0, end).lines().toList();
        for (String line : lines.subList(1, lines.size())) {
            String[] parts = line.split(": ?", 2);
            headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
        }
        byte[] content = Arrays.copyOfRange(all, end + 4, all.length);
        if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
            content = unchunked(content);
        }
        return new Reply(Integer.parseInt(lines.get(0).split(" ", 3)[1]), headers, content);
    }

    private static byte[] unchunked(byte[] chunks) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        String latin = new String(chunks, StandardCharsets.ISO_8859_1);
        int at = 0;
        while (true) {
            int line = latin.indexOf("\r\n", at);
            if (line < 0) {
                throw new IOException("cut off");
            }
            int size = Integer.parseInt(latin.substring(at, line), 16);
            if (size == 0) {
                return content.toByteArray();
            }
            content.write(chunks, line + 2, size);
            at = line + 2 + size + 2;
        }
    }

    Reply execute(String config, Part... more) throws IOException {
        List<Part> parts = new ArrayList<>(List.of(Part.text("config", config)));
        parts.addAll(List.of(more));
        return post("/execute/", parts);
    }

    Reply post(String path, List<Part> parts, String... headers) throws IOException {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add("Content-Type: multipart/form-data; boundary=" + BOUNDARY);
        return send("POST", path, multipart(parts), all.toArray(String[]::new));
    }

    /** A part of a form; its disposition is sent as it is. */
    @SuppressWarnings("ArrayRecordComponent")
    record Part(String disposition, byte[] content) {
        static Part text(String name, String content) {
            return new Part("form-data; name=\"" + name + "\"", content.getBytes(StandardCharsets.UTF_8));
        }

        static Part file(String name, byte[] content) {
            return new Part("form-data; name=\"" + name + "\"; filename=\"x.tgz\"", content);
        }
    }

    static byte[] multipart(List<Part> parts) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (Part part : parts) {
            body.write(("--" + BOUNDARY + "\r\nContent-Disposition: " + part.disposition() + "\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            body.write(part.content());
            body.write("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        body.write(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return body.toByteArray();
    }
}
