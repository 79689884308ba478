package org.sandbox4j.remote.fleet;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Picks servers. One at a time, so that requests at the same moment do not all go to the same server. */
final class Picker {
    private final Collection<Member> members;
    private long turn;

    Picker(Collection<Member> members) {
        this.members = members;
    }

    /** The best one, which is to be released; not one of those that were tried. */
    synchronized Optional<Member> take(Requirements requirements, Set<Member> tried) {
        Optional<Member> best = best(requirements, tried);
        best.ifPresent(this::take);
        return best;
    }

    synchronized void take(Member member) {
        member.taken(++turn);
    }

    /** All that meet the requirements, the best first. */
    List<Member> ranked(Requirements requirements) {
        record Ranked(Rank rank, Member member) {}
        return members.stream()
                .flatMap(member -> member.rank(requirements).stream().map(rank -> new Ranked(rank, member)))
                .sorted(Comparator.comparing(Ranked::rank))
                .map(Ranked::member)
                .toList();
    }

    Optional<Member> best(Requirements requirements, Set<Member> tried) {
        Optional<Member> best = Optional.empty();
        Optional<Rank> least = Optional.empty();
        for (Member member : members) {
            Optional<Rank> rank = tried.contains(member) ? Optional.empty() : member.rank(requirements);
            if (rank.isPresent() && (least.isEmpty() || rank.get().compareTo(least.get()) < 0)) {
                best = Optional.of(member);
                least = rank;
            }
        }
        return best;
    }
}
