/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Where a filter is typed: with a count of what it matches at its end, and with a mark where it is
 * wrong.
 *
 * Signals: "changed": the text, by whomever; "escaped": the key Escape. */
#define HP_TYPE_LOG_FILTER_ENTRY (hp_log_filter_entry_get_type ())
G_DECLARE_FINAL_TYPE (HpLogFilterEntry, hp_log_filter_entry, HP, LOG_FILTER_ENTRY, GtkWidget)

/* (transfer none): the entry itself. */
GtkEditable *hp_log_filter_entry_get_editable (HpLogFilterEntry *self);

const char *hp_log_filter_entry_get_text (HpLogFilterEntry *self);
void hp_log_filter_entry_set_text (HpLogFilterEntry *self, const char *text);

/* count: (nullable): nothing to count. */
void hp_log_filter_entry_set_count (HpLogFilterEntry *self, const char *count);

/* Marks the word that begins at this character. words: (nullable): what is wrong, NULL: nothing. */
void hp_log_filter_entry_set_error (HpLogFilterEntry *self, const char *words, guint offset);

G_END_DECLS
