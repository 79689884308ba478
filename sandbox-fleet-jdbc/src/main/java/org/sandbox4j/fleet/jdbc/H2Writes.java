package org.sandbox4j.fleet.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.FileStore;
import org.h2.mvstore.MVStore;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.sandbox4j.remote.fleet.FleetStoreException;

/**
 * Transactions that write into H2, so that a killed JVM loses none that has ended. In the versions from 2.2 to 2.5 that takes more than
 * {@code WRITE_DELAY=0}.
 *
 * <p>One comes after the other, also among several stores of this JVM, since a transaction that ends while another one is being written
 * to the file is not written: {@code MVStore.commit()} returns at once then. Little is lost by waiting, because the file is written one
 * by one anyway.
 *
 * <p>And the header of the file is written after each. H2 does that only when what it wrote is not where the header leads to, and before
 * it has taken note of what it wrote, so that the header leads to what was written before.
 */
final class H2Writes {
    private static final Lock TURN = new ReentrantLock();

    private H2Writes() {}

    static <T> T inTransaction(Handle handle, Function<Handle, T> work) {
        TURN.lock();
        try {
            T result = handle.inTransaction(work::apply);
            writeHeader(handle.getConnection());
            return result;
        } finally {
            TURN.unlock();
        }
    }

    /** Nothing for databases in memory or on another machine. */
    private static void writeHeader(Connection connection) {
        try {
            if (connection.unwrap(JdbcConnection.class).getSession() instanceof SessionLocal session) {
                MVStore store = session.getDatabase().getStore().getMvStore();
                FileStore<?> file = store.getFileStore();
                if (file != null) {
                    Method write = method(file.getClass());
                    store.executeFilestoreOperation(() -> invoke(write, file));
                }
            }
        } catch (SQLException e) {
            throw Failures.using(e);
        }
    }

    private static Method method(Class<?> type) {
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            try {
                Method method = each.getDeclaredMethod("writeStoreHeader");
                method.setAccessible(true);
                return method;
            } catch (NoSuchMethodException e) {
                // Maybe its superclass has it.
            }
        }
        throw unsupported(null);
    }

    private static void invoke(Method method, Object target) {
        try {
            method.invoke(target);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw unsupported(e);
        }
    }

    private static FleetStoreException unsupported(@Nullable Exception cause) {
        return new FleetStoreException(
                "This version of H2 is not known, and a killed JVM might lose what it wrote. Use H2 2.5.", cause);
    }
}
