package org.sandbox4j.remote;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Downloads to a file beside the target, and renames it when all is there. */
final class FileDownload {
    private FileDownload() {}

    static CompletableFuture<Long> to(Path target, Function<WritableByteChannel, CompletableFuture<Long>> download) {
        Path absolute = target.toAbsolutePath();
        try {
            Path part = Files.createTempFile(absolute.resolveSibling("."), ".download-", "");
            FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE);
            CompletableFuture<Long> call = download.apply(channel);
            CompletableFuture<Long> result =
                    call.handle((bytes, failure) -> finish(part, channel, absolute, bytes, failure));
            CompletableFuture<Long> unused = result.whenComplete((bytes, failure) -> call.cancel(true));
            return result;
        } catch (IOException e) {
            return CompletableFuture.failedFuture(failed(absolute, e));
        }
    }

    private static Long finish(
            Path part, FileChannel channel, Path target, @Nullable Long bytes, @Nullable Throwable failure) {
        try (channel) {
            if (failure == null && bytes != null) {
                channel.close();
                Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
                return bytes;
            }
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw failed(target, e);
        }
        throw failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }

    private static ServerException failed(Path target, IOException e) {
        return new ServerException("local-file", RunState.NOT_RUN, 0, "Cannot download to '" + target + "': " + e, e);
    }
}
