package org.sandbox4j.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Measures several things in turn, each once in every round and in an order that changes from round to round, so that
 * whatever else the machine does meets all of them alike.
 */
final class Contest {
    /** Does one thing once and returns a measurement. */
    interface Contender {
        double measure() throws IOException, InterruptedException;
    }

    private final Map<String, Contender> contenders = new LinkedHashMap<>();
    private final Random order = new Random(1);

    Contest add(String name, Contender contender) {
        contenders.put(name, contender);
        return this;
    }

    /** Lets some of the contenders run that often without looking at the result. */
    Contest warmUp(int rounds, List<String> names) throws IOException, InterruptedException {
        hold(rounds, new ArrayList<>(names));
        return this;
    }

    Map<String, Samples> hold(int rounds) throws IOException, InterruptedException {
        return hold(rounds, new ArrayList<>(contenders.keySet()));
    }

    private Map<String, Samples> hold(int rounds, List<String> names) throws IOException, InterruptedException {
        Map<String, Samples> results = new LinkedHashMap<>();
        names.forEach(name -> results.put(name, new Samples()));
        for (int round = 0; round < rounds; round++) {
            Collections.shuffle(names, order);
            for (String name : names) {
                get(results, name).add(get(contenders, name).measure());
            }
        }
        return results;
    }

    private static <T> T get(Map<String, T> map, String name) {
        T value = map.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name);
        }
        return value;
    }
}
