/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Here, and in hp-navigation.c for the window, the program asks how new GTK and libadwaita are.
 * What a newer platform does better is used where the program is built with it; Debian 12's has the
 * same things, made of what it has. */

/* What is chosen. */
typedef enum
{
  HP_CHOOSE_FILE,
  HP_CHOOSE_FOLDER,
  HP_CHOOSE_FOLDERS,
  HP_CHOOSE_NEW_FILE,
} HpChooseKind;

typedef struct
{
  HpChooseKind kind;
  const char *title;
  const char *accept;  /* what the button says, with a mnemonic */
  GFile *folder;       /* where it begins; NULL: where it was last */
  const char *name;    /* what is suggested for a new file; or NULL */
  GListModel *filters; /* of GtkFileFilter, the first one is on; or NULL */
} HpChoice;

/* Asks for files or folders over the window; what is in choice is needed for this call only. The
 * cancellable takes the question back. */
void hp_choose_async (GtkWindow *parent,
                      const HpChoice *choice,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data);

/* (transfer full): a list of GFile, which is not empty; NULL when nothing was chosen. */
GListModel *hp_choose_finish (GAsyncResult *result);

/* The same for one file. (transfer full) (nullable) */
GFile *hp_choose_finish_file (GAsyncResult *result);

/* One button under a message; an array of them ends with one that has no id. */
typedef struct
{
  const char *id;
  const char *label; /* with a mnemonic; NULL: no button, but what closing means */
  AdwResponseAppearance appearance;
} HpAnswer;

/* Shows a message with its answers; the first one is also what Return means, and closing when no
 * other is for that. The body and more, which is shown below it, may be NULL. (transfer none): what
 * is shown; its signal "response" has the id, once. */
GObject *hp_ask (GtkWindow *parent,
                 const char *heading,
                 const char *body,
                 GtkWidget *more,
                 const HpAnswer *answers);

/* Whether the widget is a dialog within a window, as newer platforms have it. While it is there the
 * keys of the application's actions do nothing. */
gboolean hp_is_inner_dialog (GtkWidget *widget);

/* Gives a widget that shows a text of its own another name for screen readers: newer platforms let
 * the text win. */
void hp_set_accessible_name (GtkWidget *widget, const char *name);

/* Names the items of a GtkPopoverMenu each time it opens. GTK 4.18 leaves them without. */
void hp_name_menu_items (GtkWidget *menu);

G_END_DECLS
