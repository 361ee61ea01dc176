/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "http/hp-port-question.h"
#include "ports/hp-port-entry.h"

G_BEGIN_DECLS

/* What the window says of a listening socket. All char * are (transfer full). */

/* Who: "node", "postgresql.service", "A program of user ada", or the title of our own server. */
char *hp_port_text_name (HpPortEntry *entry);
/* The rest in one line: what it answered, what the port is often used for, its place. May be empty.
 */
char *hp_port_text_details (HpPortEntry *entry);
/* "TCP", "TCP, IPv6", "UDP" */
const char *hp_port_text_protocol (HpPortEntry *entry);
/* "127.0.0.1", "::1", "any address" */
const char *hp_port_text_address (HpPortEntry *entry);
/* "Local", "Network" */
const char *hp_port_text_short_scope (HpPortScope scope);
/* What it answered, in words; NULL: it was not asked. */
char *hp_port_text_answer (HpPortEntry *entry);
/* "~/Projects/shop"; NULL: unknown. */
char *hp_port_text_folder (HpPortEntry *entry);
/* The same for any path; nullable. */
char *hp_port_text_path (const char *path);
/* All of it in one line, for screen readers. */
char *hp_port_text_label (HpPortEntry *entry);
/* What one gives to a program to reach it: "http://localhost:8080/", "localhost:5432". */
char *hp_port_text_copy (HpPortEntry *entry);

/* NULL: it was not asked. */
const HpPortAnswer *hp_port_get_answer (HpPortEntry *entry);
/* (transfer full) */
void hp_port_take_answer (HpPortEntry *entry, HpPortAnswer *answer);
/* Whether there is a page for a browser: by its answer, or else by a guess. */
gboolean hp_port_is_web (HpPortEntry *entry);

/* The words of a search, without their case. (transfer full) */
char **hp_port_fold_words (const char *search);
/* Whether each of the words is somewhere in what is said of it. */
gboolean hp_port_matches (HpPortEntry *entry, const char *const *words);

G_END_DECLS
