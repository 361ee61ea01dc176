/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>
#include "ui/hp-log-table.h"

G_BEGIN_DECLS

/* Saves requests of a log to a file, or copies them: asks for format and rows, shows how far it is,
 * and says what went wrong.
 *
 * Signal "exported" (char *message, GFile *file, nullable): it is done; the words for a toast. */
#define HP_TYPE_EXPORT_DIALOG (hp_export_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HpExportDialog, hp_export_dialog, HP, EXPORT_DIALOG, AdwWindow)

/* base: the server's address without "/" at its end, nullable. name: what the log is of; becomes
 * the name of the file. */
HpExportDialog *
hp_export_dialog_new (GtkWindow *parent, HpLogTable *table, const char *base, const char *name);

G_END_DECLS
