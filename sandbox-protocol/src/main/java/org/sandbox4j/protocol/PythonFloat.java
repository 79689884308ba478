package org.sandbox4j.protocol;

import java.math.BigDecimal;

/** How Python writes a floating-point number: without an exponent from 0.0001 to below 1e16. */
final class PythonFloat {
    private PythonFloat() {}

    static String text(double value) {
        double size = Math.abs(value);
        if (value == 0 || (size >= 1e-4 && size < 1e16)) {
            String plain =
                    new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        String[] parts = Double.toString(value).replaceFirst("\\.0(?=E|$)", "").split("E", -1);
        int exponent = Integer.parseInt(parts[1]);
        return parts[0] + "e" + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }
}
