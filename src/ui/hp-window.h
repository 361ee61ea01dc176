/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>
#include "servers/hp-server-list.h"

G_BEGIN_DECLS

#define HP_TYPE_WINDOW (hp_window_get_type ())
G_DECLARE_FINAL_TYPE (HpWindow, hp_window, HP, WINDOW, AdwApplicationWindow)

HpWindow *hp_window_new (GtkApplication *application, HpServerList *servers);

/* Shows the server's page; focus_copy puts the focus on Copy. */
void hp_window_select (HpWindow *self, HpServer *server, gboolean focus_copy);

/* Adds each folder to the list, starts it, selects the last one with the focus on Copy. What can't
 * be added (a plain file, say) is told in a toast. */
void hp_window_add_folders (HpWindow *self, const char *const *folders);

/* A passing message; plain text. */
void hp_window_toast (HpWindow *self, const char *text);

/* A message that people must see: it stays until they dismiss it. */
void hp_window_tell (HpWindow *self, const char *text);

/* Opens it in the program that people like for it; says so in a toast when that fails. */
void hp_window_show_uri (HpWindow *self, const char *uri);

/* Asks whether the program that holds a port shall be stopped, and does so. */
void hp_window_stop_program (HpWindow *self, const HpPortOwner *owner);

void hp_window_show_about (HpWindow *self);

/* Adds the folders of a file that was exported, and tells what came of it. */
void hp_window_import_list (HpWindow *self, GFile *file);

G_END_DECLS
