/** What is to be known about this host: its programs, the caller's identity, its features. */
@NullMarked
package org.sandbox4j.local.host;

import org.jspecify.annotations.NullMarked;
