/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The fields of a head, one below the other, with an entry that finds some of them. Values can be
 * selected; the button copies all that is shown. */
#define HP_TYPE_FIELD_LIST (hp_field_list_get_type ())
G_DECLARE_FINAL_TYPE (HpFieldList, hp_field_list, HP, FIELD_LIST, GtkWidget)

/* label: of the entry, for screen readers. */
void hp_field_list_set_label (HpFieldList *self, const char *label);
/* fields: as a record has them; NULL: they are not known, and why_not says so. */
void hp_field_list_set_fields (HpFieldList *self, const char *fields, const char *why_not);
void hp_field_list_set_narrow (HpFieldList *self, gboolean narrow);

G_END_DECLS
