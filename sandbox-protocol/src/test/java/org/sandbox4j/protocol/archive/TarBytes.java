package org.sandbox4j.protocol.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/** Writes tar archives record by record, with whatever one likes in their headers. */
final class TarBytes {
    static final char FILE = '0';
    static final char HARD_LINK = '1';
    static final char SYMBOLIC_LINK = '2';
    static final char CHARACTER_DEVICE = '3';
    static final char BLOCK_DEVICE = '4';
    static final char DIRECTORY = '5';
    static final char FIFO = '6';
    static final char LONG_NAME = 'L';
    static final char LONG_LINK = 'K';
    static final char PAX = 'x';
    static final char PAX_GLOBAL = 'g';
    static final char GNU_SPARSE = 'S';

    private static final int RECORD = 512;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    TarBytes file(String name, String content) {
        return member(FILE, name, "", content.getBytes(StandardCharsets.UTF_8));
    }

    TarBytes directory(String name) {
        return member(DIRECTORY, name, "", new byte[0]);
    }

    TarBytes symbolicLink(String name, String target) {
        return member(SYMBOLIC_LINK, name, target, new byte[0]);
    }

    TarBytes hardLink(String name, String target) {
        return member(HARD_LINK, name, target, new byte[0]);
    }

    TarBytes special(char type, String name) {
        return member(type, name, "", new byte[0]);
    }

    TarBytes longName(char type, String text) {
        return member(type, "././@LongLink", "", (text + "\0").getBytes(StandardCharsets.UTF_8));
    }

    /** An extended header with records such as {@code path=x}. */
    TarBytes pax(char type, String... records) {
        StringBuilder text = new StringBuilder();
        for (String record : records) {
            int rest = record.getBytes(StandardCharsets.UTF_8).length + 2;
            int length = rest + 1;
            while (Integer.toString(length).length() + rest != length) {
                length++;
            }
            text.append(length).append(' ').append(record).append('\n');
        }
        return member(type, "pax", "", text.toString().getBytes(StandardCharsets.UTF_8));
    }

    TarBytes member(char type, String name, String link, byte[] content) {
        header(
                type,
                name.getBytes(StandardCharsets.UTF_8),
                link,
                octal(content.length, 12),
                type == DIRECTORY ? 0755 : 0644);
        out.writeBytes(content);
        out.writeBytes(new byte[(RECORD - content.length % RECORD) % RECORD]);
        return this;
    }

    TarBytes rawName(byte[] name) {
        return header(FILE, name, "", octal(0, 12), 0644);
    }

    TarBytes mode(char type, String name, int mode) {
        return header(type, name.getBytes(StandardCharsets.UTF_8), "", octal(0, 12), mode);
    }

    /** A header alone, whose size may be anything. */
    TarBytes header(char type, byte[] name, String link, byte[] size, int mode) {
        byte[] header = new byte[RECORD];
        System.arraycopy(name, 0, header, 0, Math.min(name.length, 100));
        System.arraycopy(octal(mode, 8), 0, header, 100, 8);
        System.arraycopy(octal(0, 8), 0, header, 108, 8);
        System.arraycopy(octal(0, 8), 0, header, 116, 8);
        System.arraycopy(size, 0, header, 124, 12);
        System.arraycopy(octal(1_700_000_000, 12), 0, header, 136, 12);
        header[156] = (byte) type;
        byte[] target = link.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(target, 0, header, 157, Math.min(target.length, 100));
        System.arraycopy("ustar\00000".getBytes(StandardCharsets.US_ASCII), 0, header, 257, 8);
        return raw(withChecksum(header));
    }

    static byte[] withChecksum(byte[] header) {
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte octet : header) {
            sum += octet & 0xFF;
        }
        System.arraycopy(octal(sum, 7), 0, header, 148, 7);
        return header;
    }

    /** Corrects what claims to be a header, so that damages elsewhere in it are not the end of reading. */
    static byte[] withChecksums(byte[] tar) {
        byte[] corrected = tar.clone();
        for (int start = 0; start + RECORD <= tar.length; start += RECORD) {
            byte[] record = Arrays.copyOfRange(tar, start, start + RECORD);
            if (new String(record, 257, 5, StandardCharsets.US_ASCII).equals("ustar")) {
                System.arraycopy(withChecksum(record), 0, corrected, start, RECORD);
            }
        }
        return corrected;
    }

    TarBytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    static byte[] octal(long value, int length) {
        String digits = String.format("%0" + (length - 1) + "o", value) + "\0";
        return digits.getBytes(StandardCharsets.US_ASCII);
    }

    /** A size beyond octal digits, in the binary form. */
    static byte[] binary(long value) {
        byte[] size = new byte[12];
        size[0] = (byte) 0x80;
        for (int i = 0; i < 8; i++) {
            size[11 - i] = (byte) (value >>> (8 * i));
        }
        return size;
    }

    /** The tar archive with its end. */
    byte[] bytes() {
        raw(new byte[2 * RECORD]);
        return out.toByteArray();
    }

    byte[] unfinished() {
        return gzip(out.toByteArray());
    }

    byte[] gzip() {
        raw(new byte[2 * RECORD]);
        return unfinished();
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }
}
