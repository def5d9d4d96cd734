// SPDX-License-Identifier: Apache-2.0
package io.millrace.model;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Id of an execution: a UUIDv7 (RFC 9562) written as 22 characters of base 62. The alphabet is in
/// the order of ASCII, so that the order of the text is the order of time.
public record ExecutionId(String value) implements Comparable<ExecutionId> {
    public static final int LENGTH = 22;

    private static final String ALPHABET =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final long LOW_32_BITS = 0xffff_ffffL;

    /// @throws IllegalArgumentException if `value` isn't 22 characters of base 62
    public ExecutionId {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "Expected an execution id of 22 letters and digits but got '" + value + "'");
        }
    }

    public static boolean isValid(String value) {
        return value.length() == LENGTH && value.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
    }

    /// A new id for something that happens at `at` (kept to the millisecond).
    public static ExecutionId random(Instant at, RandomGenerator random) {
        return of(at, random.nextLong(), random.nextLong());
    }

    /// The same id for the same instant and seed, such as a trigger's name.
    public static ExecutionId derived(Instant at, String seed) {
        var name = UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8));
        return of(at, name.getMostSignificantBits(), name.getLeastSignificantBits());
    }

    private static ExecutionId of(Instant at, long randomA, long randomB) {
        long high = at.toEpochMilli() << 16 | 0x7000L | (randomA & 0xfffL);
        long low = (randomB & 0x3fff_ffff_ffff_ffffL) | Long.MIN_VALUE;
        return new ExecutionId(base62(high, low));
    }

    /// When it was made.
    public Instant instant() {
        long high = 0;
        long low = 0;
        for (int i = 0; i < LENGTH; i++) {
            long lowest = (low & LOW_32_BITS) * 62 + ALPHABET.indexOf(value.charAt(i));
            long next = (low >>> 32) * 62 + (lowest >>> 32);
            high = high * 62 + (next >>> 32);
            low = next << 32 | (lowest & LOW_32_BITS);
        }
        return Instant.ofEpochMilli(high >>> 16);
    }

    /// Writes 128 bits in base 62: long division of four 32-bit limbs.
    private static String base62(long high, long low) {
        var limbs = new long[] {high >>> 32, high & LOW_32_BITS, low >>> 32, low & LOW_32_BITS};
        var text = new char[LENGTH];
        for (int i = LENGTH - 1; i >= 0; i--) {
            long remainder = 0;
            for (int limb = 0; limb < limbs.length; limb++) {
                long dividend = remainder << 32 | limbs[limb];
                limbs[limb] = dividend / 62;
                remainder = dividend % 62;
            }
            text[i] = ALPHABET.charAt((int) remainder);
        }
        return new String(text);
    }

    @Override
    public int compareTo(ExecutionId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
