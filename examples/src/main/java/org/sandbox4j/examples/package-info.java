/** Programs that use the library as a user would. They are compiled and run by the build, and shown in the README. */
package org.sandbox4j.examples;
